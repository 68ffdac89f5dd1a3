// SPDX-License-Identifier: MIT
import { eachSuspect, older } from '../../../bisect/core/graph.ts'
import { runOnce, type SimulatedHistory } from './history.ts'

/** Clean runs that make a commit good, for a known rate and an error shared by `steps` good answers. */
export const fixedRepeats = (rate: number, error: number, steps: number): number =>
  rate >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(error / steps) / Math.log(1 - rate)))

/** The result of one search with git. */
export interface GitSolved {
  readonly runs: number
  readonly kernels: number
  readonly wrong: boolean
}

/** The culprits that are still possible after this answer. */
const narrow = (history: SimulatedHistory, left: ReadonlySet<number>, commit: string, isBad: boolean): Set<number> => {
  const below = new Set<number>()
  eachSuspect(history.graph, commit, (culprit) => below.add(culprit))
  return new Set([...left].filter((culprit) => below.has(culprit) === isBad))
}

/** git's choice: the commit, not skipped, that splits the possible culprits most evenly. */
const middle = (
  history: SimulatedHistory,
  left: ReadonlySet<number>,
  skipped: ReadonlySet<string>,
): string | undefined => {
  let best: { readonly id: string; readonly part: number } | undefined
  for (const { id } of history.graph.commits) {
    if (skipped.has(id)) continue
    let below = 0
    eachSuspect(history.graph, id, (culprit) => {
      if (left.has(culprit)) below++
    })
    const part = Math.min(below, left.size - below)
    if (part > (best?.part ?? 0)) best = { id, part }
  }
  return best?.id
}

/** `git bisect run` with a script that repeats its test up to `repeats` times; both ends are trusted. */
export const solveLikeGit = (history: SimulatedHistory, repeats: number, random: () => number): GitSolved => {
  let left = new Set(history.graph.commits.keys())
  const skipped = new Set<string>()
  let runs = 0
  let kernels = 0
  for (;;) {
    const commit = middle(history, left, skipped)
    if (commit === undefined || left.size <= 1)
      return { runs, kernels, wrong: !left.has(history.graph.indexOf.get(history.culprit) ?? older(history.graph)) }
    kernels++
    if (history.skipped.has(commit)) {
      skipped.add(commit)
      continue
    }
    let isBad = false
    for (let run = 0; run < repeats && !isBad; run++) {
      isBad = runOnce(history, commit, random) === 'bad'
      runs++
    }
    left = narrow(history, left, commit, isBad)
  }
}
