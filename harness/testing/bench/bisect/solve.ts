// SPDX-License-Identifier: MIT
import { decide, type SearchEnd, type SearchSettings } from '../../../bisect/core/decide.ts'
import type { Trial } from '../../../bisect/core/tallies.ts'
import { type Riddle, runOnce } from './history.ts'

export interface Solved {
  readonly end: SearchEnd
  /** Boots; a skip costs a build, not a boot. */
  readonly runs: number
  /** Those of them that proved the ends, which plain git takes on trust. */
  readonly endRuns: number
  /** Commits built. */
  readonly kernels: number
  readonly wrong: boolean
}

const isWrong = (end: SearchEnd, { culprit }: Riddle): boolean => {
  switch (end.kind) {
    case 'culprit':
      return end.commit !== culprit
    case 'set':
      return !end.commits.includes(culprit)
    default:
      return true
  }
}

/** Searches a riddle the way `bisect` does, from the proof of both ends to the answer. */
export const solve = (riddle: Riddle, settings: SearchSettings, random: () => number): Solved => {
  const seen: Trial[] = []
  let endRuns = 0
  for (;;) {
    const decision = decide(riddle.graph, seen, settings)
    if ('end' in decision) {
      return {
        end: decision.end,
        runs: seen.filter(({ outcome }) => outcome !== 'skip').length,
        endRuns,
        kernels: new Set(seen.map(({ commit }) => commit)).size,
        wrong: isWrong(decision.end, riddle),
      }
    }
    const { commit, stage } = decision.step
    if (stage === 'bad-end' || stage === 'good-end') endRuns++
    seen.push({ commit, outcome: runOnce(riddle, commit, random) })
  }
}
