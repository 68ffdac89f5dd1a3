// SPDX-License-Identifier: MIT
import type { PatchMail } from './patchmail.ts'
import type { SeriesFile } from './schema.ts'

/** One patch, ready for `git apply`. */
export interface Patch {
  /** The file that it was read from. */
  readonly file: string
  readonly subject: string
  readonly sha256: string
  /** The diff as UTF-8 text, with or without a mail around it. */
  readonly text: string
  /** The number of lines before `text` in `file`, for messages. */
  readonly firstLine: number
  /** Reverted instead of applied. */
  readonly reverse: boolean
  /** The mail around it; missing for a diff alone. */
  readonly mail?: PatchMail
}

/** What a series is on some kernel versions. */
export type Variant = Pick<Series, 'patches' | 'touches' | 'knownFindings' | 'hold'> & { readonly versions: string }

/** A series with its patches. `dir` is undefined for files of the command line. */
export interface Series extends Omit<SeriesFile, 'patches' | 'variants'> {
  readonly name: string
  readonly dir: string | undefined
  readonly patches: readonly Patch[]
  readonly variants: readonly Variant[]
  /** The series that it may require, by name. */
  readonly bases: ReadonlyMap<string, Series>
}

/** The patches of each leg, in order. */
export interface Legs {
  readonly before: readonly Patch[]
  readonly after: readonly Patch[]
}
