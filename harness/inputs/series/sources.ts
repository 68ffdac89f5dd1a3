// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { UsageError } from '../../model/errors.ts'
import { patchesIn, readPatches } from './files.ts'
import { parseRange, readRange } from './gitrange.ts'
import { readLore } from './lore.ts'
import type { Patch } from './model.ts'
import { readStdin } from './stdin.ts'

const STDIN = '-'
const GIT = 'git:'
const LORE = 'lore:'

/** Reads the patches of a value of `--patch`. */
export type ReadPatches = (spec: string) => Promise<readonly Patch[]>

/** Whether this value of `--patch` is no file: what it names may be gone, or another, the next time. */
export const isSource = (spec: string): boolean => spec === STDIN || spec.startsWith(GIT) || spec.startsWith(LORE)

/** The value as the results record it: its paths do not depend on the current folder. */
export const recordedSpec = (spec: string): string => {
  if (!isSource(spec)) return resolve(spec)
  if (!spec.startsWith(GIT)) return spec
  const { dir, from, to } = parseRange(spec.slice(GIT.length))
  return `${GIT}${resolve(dir)}#${from}..${to}`
}

/** Refuses flags that would read standard input twice. */
export const refuseTwice = (specs: readonly string[]): void => {
  if (specs.filter((spec) => spec === STDIN).length < 2) return
  throw new UsageError('standard input (-) can only be read once', 'save one of the patches to a file')
}

/** Every patch of a file, of standard input (`-`), of `git:PATH#A..B`, or of `lore:MESSAGE-ID`. */
export const readSource: ReadPatches = async (spec) => {
  if (!isSource(spec)) return readPatches(spec)
  const place = recordedSpec(spec)
  if (spec === STDIN) return patchesIn(place, await readStdin())
  if (spec.startsWith(LORE)) return patchesIn(place, await readLore(spec.slice(LORE.length)))
  return readRange(place, parseRange(place.slice(GIT.length)))
}
