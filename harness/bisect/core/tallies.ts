// SPDX-License-Identifier: MIT

/**
 * What one run of a commit showed. `blocked`: another crash, or nothing was exercised, so the run gives no
 * information. `skip`: the commit cannot be tested. `infra`: the host failed. `built`: it was built and not run yet.
 */
export type TrialOutcome = 'bad' | 'clean' | 'blocked' | 'skip' | 'infra' | 'built'

/** One run or build of one commit. */
export interface Trial {
  readonly commit: string
  readonly outcome: TrialOutcome
  /** Identifies the object code, when it is known. */
  readonly image?: string | undefined
}

/** What is known about one commit. */
export interface Tally {
  readonly hits: number
  readonly clean: number
  /** Blocked runs since the last hit or clean run. */
  readonly blocked: number
  readonly skipped: boolean
  /** Another run needs no build. */
  readonly built: boolean
}

/** What is known about all commits. */
export interface Tallies {
  readonly byCommit: ReadonlyMap<string, Tally>
  /** Commits by their object code; only entries with two or more matter. */
  readonly byImage: ReadonlyMap<string, readonly string[]>
}

const NO_RUNS: Tally = { hits: 0, clean: 0, blocked: 0, skipped: false, built: false }

// A commit that fails for another reason three times in a row will not show anything else.
const MAX_BLOCKED = 3

const add = (tally: Tally, outcome: TrialOutcome): Tally => {
  switch (outcome) {
    case 'bad':
      return { ...tally, hits: tally.hits + 1, blocked: 0, built: true }
    case 'clean':
      return { ...tally, clean: tally.clean + 1, blocked: 0, built: true }
    case 'blocked':
      return { ...tally, blocked: tally.blocked + 1, skipped: tally.skipped || tally.blocked + 1 >= MAX_BLOCKED }
    case 'skip':
      return { ...tally, skipped: true }
    case 'infra':
      return tally
    case 'built':
      return { ...tally, built: true }
  }
}

/** Sums up all trials; host failures do not count. */
export const tallyTrials = (trials: readonly Trial[]): Tallies => {
  const byCommit = new Map<string, Tally>()
  const byImage = new Map<string, string[]>()
  for (const { commit, outcome, image } of trials) {
    byCommit.set(commit, add(byCommit.get(commit) ?? NO_RUNS, outcome))
    if (image === undefined) continue
    const same = byImage.get(image) ?? []
    if (!same.includes(commit)) byImage.set(image, [...same, commit])
  }
  return { byCommit, byImage }
}

/** What is known about `commit`. */
export const tallyOf = (tallies: Tallies, commit: string): Tally => tallies.byCommit.get(commit) ?? NO_RUNS

/** Runs with the symptom, over all commits; the hit rate is estimated from them. */
export const totalHits = ({ byCommit }: Tallies): number =>
  [...byCommit.values()].reduce((sum, { hits }) => sum + hits, 0)

/** Another commit with the same object code that was run already. */
export const twinOf = (tallies: Tallies, commit: string): string | undefined => {
  for (const same of tallies.byImage.values())
    if (same.includes(commit))
      return same.find((other) => other !== commit && tallyOf(tallies, other).hits + tallyOf(tallies, other).clean > 0)
  return undefined
}
