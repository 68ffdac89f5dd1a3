// SPDX-License-Identifier: MIT
import type { Applicability } from './schema.ts'

/** How one file of a patch fits a tree, as git sees it. Hunk numbers count from 1 in the file. */
export interface FileFit {
  readonly path: string
  /** The patch creates this file. */
  readonly creates: boolean
  readonly exists: boolean
  /** The `@@` line of each hunk. */
  readonly headers: readonly string[]
  /** Hunks that do not apply in the requested direction. */
  readonly rejected: readonly number[]
  /** Hunks that do not apply in the other direction. */
  readonly reverseRejected: readonly number[]
  /** Hunks that do not apply when white space is ignored. */
  readonly looseRejected: readonly number[]
  /** Names that the rejected hunks need and that the file does not have. */
  readonly absent: readonly string[]
}

type Cause =
  | 'already-applied'
  | 'partly-applied'
  | 'missing-file'
  | 'white-space'
  | 'prerequisite-missing'
  | 'code-gone'
  | 'code-absent'
  | 'conflict'

export interface Diagnosis {
  readonly cause: Cause
  readonly path: string
  /** 0 when no hunk is to blame. */
  readonly hunk: number
  readonly header: string
  readonly why: string
  readonly hint: string
}

const list = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`

const numbers = (hunks: readonly number[]): string =>
  `${hunks.length > 1 ? 'hunks' : 'hunk'} ${hunks.map((n) => `#${n}`).join(', ')}`

interface Facts {
  readonly files: readonly FileFit[]
  readonly bad: FileFit
  readonly reversed: boolean
  readonly state: Applicability | undefined
}

type Verdict = Pick<Diagnosis, 'cause' | 'why' | 'hint'>
type Rule = (facts: Facts) => Verdict | undefined

const undone = (reversed: boolean): string => (reversed ? 'it is not in this tree' : 'it is already applied')

const alreadyApplied: Rule = ({ files, reversed }) =>
  files.every(({ exists, reverseRejected, headers }) => exists && headers.length > 0 && reverseRejected.length === 0)
    ? {
        cause: 'already-applied',
        why: `${undone(reversed)}: every hunk applies in reverse`,
        hint: reversed ? 'take an older --tree, or apply the series instead' : 'leave it out, or take an older --tree',
      }
    : undefined

const missingFile: Rule = ({ bad, state }) =>
  bad.exists || bad.creates
    ? undefined
    : {
        cause: 'missing-file',
        why: `this tree has no such file${state ? ` (${state.note})` : ''}`,
        hint: 'is it a patch for the kernel, for this version, and made at the top of the tree (a/mm/…)?',
      }

const partlyApplied: Rule = ({ bad, reversed }) => {
  const other = bad.reverseRejected
  // Less than half may be chance: hunks that only add blank lines apply both ways.
  if (!bad.exists || other.length * 2 >= bad.headers.length) return undefined
  return {
    cause: 'partly-applied',
    why: `${undone(reversed)} except for ${numbers(other)}, which this tree has in another form`,
    hint: reversed ? 'give the version of the patch that this tree has' : 'leave it out, or rebase it on this tree',
  }
}

const whiteSpace: Rule = ({ bad }) =>
  bad.exists && !bad.creates && bad.looseRejected.length === 0
    ? {
        cause: 'white-space',
        why: 'only white space differs: tabs or blanks were changed in transit',
        hint: 'fetch the raw mail (https://lore.kernel.org/…/raw, or b4 am) or make it with git format-patch',
      }
    : undefined

const byState: Rule = ({ bad, state }) => {
  const absent = bad.absent.length > 0 ? `; absent here: ${list(bad.absent)}` : ''
  if (state?.state === 'code-gone')
    return {
      cause: 'code-gone',
      why: `the code is gone: ${state.note}${absent}`,
      hint: 'the patch is not needed here: take an older --tree',
    }
  if (state?.state === 'needs-base')
    return {
      cause: 'prerequisite-missing',
      why: `a prerequisite is missing: ${state.note}${absent}`,
      hint: 'apply the series that it needs first (requires in series.yaml), or take a newer --tree',
    }
  return undefined
}

const codeAbsent: Rule = ({ bad }) =>
  bad.absent.length === 0
    ? undefined
    : {
        cause: 'code-absent',
        why: `the code that it changes does not exist here; absent: ${list(bad.absent)}`,
        hint: 'it needs earlier patches (give them first with --patch), or it was written for another version (--tree)',
      }

const conflict: Rule = ({ bad }) => ({
  cause: 'conflict',
  why:
    bad.creates && bad.exists
      ? 'the file that it creates already exists, with other content'
      : 'a real conflict: the lines around the change differ',
  hint: 'rebase the patch on this tree, or take the --tree that it was written for',
})

const RULES: readonly Rule[] = [alreadyApplied, missingFile, partlyApplied, whiteSpace, byState, codeAbsent, conflict]

const isBad = ({ exists, creates, rejected }: FileFit): boolean => exists === creates || rejected.length > 0

/** Why a patch does not apply, from how its files fit; undefined when all of them fit. */
export const diagnose = (
  files: readonly FileFit[],
  options: { readonly reversed?: boolean; readonly state?: Applicability | undefined } = {},
): Diagnosis | undefined => {
  const bad = files.find(isBad)
  if (!bad) return undefined
  const facts: Facts = { files, bad, reversed: options.reversed ?? false, state: options.state }
  for (const rule of RULES) {
    const verdict = rule(facts)
    const hunk = bad.exists ? (bad.rejected[0] ?? 0) : 0
    if (verdict) return { ...verdict, path: bad.path, hunk, header: bad.headers[hunk - 1] ?? '' }
  }
  return undefined
}
