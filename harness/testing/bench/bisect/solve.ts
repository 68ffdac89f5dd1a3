// SPDX-License-Identifier: MIT
import { decide, type SearchEnd, type SearchSettings } from '../../../bisect/core/decide.ts'
import type { Trial } from '../../../bisect/core/tallies.ts'
import { runOnce, type SimulatedHistory } from './history.ts'

/** The result of one search. */
export interface Solved {
  readonly end: SearchEnd
  /** Runs; a skip needs a build but no run. */
  readonly runs: number
  /** The runs among them that proved the ends, which git trusts. */
  readonly endRuns: number
  /** Commits built. */
  readonly kernels: number
  readonly wrong: boolean
}

const isWrong = (end: SearchEnd, { culprit }: SimulatedHistory): boolean => {
  switch (end.kind) {
    case 'culprit':
      return end.commit !== culprit
    case 'set':
      return !end.commits.includes(culprit)
    default:
      return true
  }
}

/** Searches a history as `bisect` does, from the proof of both ends to the answer. */
export const solve = (history: SimulatedHistory, settings: SearchSettings, random: () => number): Solved => {
  const seen: Trial[] = []
  let endRuns = 0
  for (;;) {
    const decision = decide(history.graph, seen, settings)
    if ('end' in decision) {
      return {
        end: decision.end,
        runs: seen.filter(({ outcome }) => outcome !== 'skip').length,
        endRuns,
        kernels: new Set(seen.map(({ commit }) => commit)).size,
        wrong: isWrong(decision.end, history),
      }
    }
    const { commit, stage } = decision.step
    if (stage === 'bad-end' || stage === 'good-end') endRuns++
    seen.push({ commit, outcome: runOnce(history, commit, random) })
  }
}
