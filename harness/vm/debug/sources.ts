// SPDX-License-Identifier: MIT
import { readSection } from '../../lib/elf.ts'

/** What debug information calls a folder, and where that is now. */
export interface Moved {
  readonly from: string
  readonly to: string
}

/** Strings of debug information that match, each once. */
const stringsOf = (file: string, pattern: RegExp): readonly string[] => {
  const all = ['.debug_str', '.debug_line_str'].flatMap((name) =>
    readSection(file, name).toString('latin1').split('\0'),
  )
  return [...new Set(all.flatMap((text) => pattern.exec(text)?.[1] ?? []))].sort()
}

/**
 * The source folders of the builds that compiled a kernel: its own, under the name that it had meanwhile, and those of the
 * builds whose objects it took over. Each becomes the source of this kernel: theirs are another's, or gone.
 */
export const movedSources = (vmlinux: string, source: string): readonly Moved[] =>
  stringsOf(vmlinux, /^(\/.*\/builds\/[^/]+\/src)(?:\/|$)/)
    .filter((from) => from !== source)
    .map((from) => ({ from, to: source }))

/** The folder in which a module of the guest was compiled, which is now the one of its file. */
export const movedModule = (file: string, dir: string, name: string): readonly Moved[] =>
  stringsOf(file, new RegExp(`^(/.*/guests/[^/]+/${name})(?:/|$)`))
    .filter((from) => from !== dir)
    .map((from) => ({ from, to: dir }))
