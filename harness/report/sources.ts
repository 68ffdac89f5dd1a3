// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import type { Frame, Splat } from '../splat/model.ts'

// Debug information of objects built in the cache names the build's folder, not the kernel's tree.
const BUILD_DIR = /\/builds\/[^\s/]+\/src\//

const wordInTree = (word: string): string => {
  let [kept, rest] = ['', word]
  for (;;) {
    const found = BUILD_DIR.exec(rest)
    const root = rest.indexOf('/')
    if (found === null || root === found.index) return kept + rest
    kept += rest.slice(0, root)
    rest = rest.slice(found.index + found[0].length)
  }
}

const inTree = (text: string): string => (text.includes('/builds/') ? text.replace(/\S+/g, wordInTree) : text)
const inTreeOrNull = (text: string | null): string | null => (text === null ? null : inTree(text))

const frameInTree = (frame: Frame): Frame => ({
  ...frame,
  location: inTreeOrNull(frame.location),
  inlined: frame.inlined.map((inner) => ({ ...inner, location: inTreeOrNull(inner.location) })),
})

/** The splat with its places named from the root of the kernel sources. */
export const splatInTree = (splat: Splat): Splat => ({
  ...splat,
  frames: splat.frames.map(frameInTree),
  allocStack: splat.allocStack.map(frameInTree),
  freeStack: splat.freeStack.map(frameInTree),
})

/** The finding with its place named from the root of the kernel sources. */
export const findingInTree = (finding: Finding): Finding => ({
  ...finding,
  detail: inTree(finding.detail),
  file: inTreeOrNull(finding.file),
})
