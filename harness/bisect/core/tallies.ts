// SPDX-License-Identifier: MIT

/**
 * What one run of a commit showed. `blocked`: another crash, or nothing was exercised; such a run tells nothing.
 * `skip`: the commit cannot be tested. `infra`: the host failed. `built`: it was made ready, and not run yet.
 */
export type Outcome = 'bad' | 'clean' | 'blocked' | 'skip' | 'infra' | 'built'

export interface Trial {
  readonly commit: string
  readonly outcome: Outcome
  /** Names the object code that ran, when it is known. */
  readonly image?: string | undefined
}

/** All that is known of one commit. */
export interface Tally {
  readonly hits: number
  readonly clean: number
  /** Runs in a row, the last ones, that told nothing. */
  readonly blocked: number
  readonly skipped: boolean
  /** Another run costs no build. */
  readonly built: boolean
}

export interface Tallied {
  readonly tallies: ReadonlyMap<string, Tally>
  /** Commits by the object code that they make; only those with two or more matter. */
  readonly images: ReadonlyMap<string, readonly string[]>
}

export const NOTHING: Tally = { hits: 0, clean: 0, blocked: 0, skipped: false, built: false }

// A commit that shows other trouble three times in a row will not show anything else.
const MAX_BLOCKED = 3

const add = (tally: Tally, outcome: Outcome): Tally => {
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

/** Sums up all trials; those of the host's failures count for nothing. */
export const weigh = (trials: readonly Trial[]): Tallied => {
  const tallies = new Map<string, Tally>()
  const images = new Map<string, string[]>()
  for (const { commit, outcome, image } of trials) {
    tallies.set(commit, add(tallies.get(commit) ?? NOTHING, outcome))
    if (image === undefined) continue
    const same = images.get(image) ?? []
    if (!same.includes(commit)) images.set(image, [...same, commit])
  }
  return { tallies, images }
}

export const tallyOf = (tallied: Tallied, commit: string): Tally => tallied.tallies.get(commit) ?? NOTHING

/** Runs of commits that are surely bad, or would be under every culprit: what the hit rate is read from. */
export const totalHits = ({ tallies }: Tallied): number =>
  [...tallies.values()].reduce((sum, { hits }) => sum + hits, 0)

/** A commit with the same object code that was run already, if there is one. */
export const twinOf = (tallied: Tallied, commit: string): string | undefined => {
  for (const same of tallied.images.values())
    if (same.includes(commit))
      return same.find((other) => other !== commit && tallyOf(tallied, other).hits + tallyOf(tallied, other).clean > 0)
  return undefined
}
