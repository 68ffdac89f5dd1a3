// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'
import type { Frame, Splat } from '../splat/model.ts'

// Debug information of objects built in the cache names the build's folder, not the kernel's tree.
const BUILD_DIR = /\/\S*?\/builds\/[^\s/]+\/src\//g

const inTree = (text: string): string => text.replace(BUILD_DIR, '')
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
