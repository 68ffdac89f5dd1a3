// SPDX-License-Identifier: MIT
import { eachSuspect, older } from '../../../bisect/core/graph.ts'
import { type Riddle, runOnce } from './history.ts'

/** Runs that a good answer takes when the rate is known and the error is shared among `steps` good answers. */
export const fixedRepeats = (rate: number, error: number, steps: number): number =>
  rate >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(error / steps) / Math.log(1 - rate)))

export interface PlainSolved {
  readonly runs: number
  readonly kernels: number
  readonly wrong: boolean
}

/** The culprits that are still possible after what was declared, as git keeps them. */
const narrow = (riddle: Riddle, left: ReadonlySet<number>, commit: string, isBad: boolean): Set<number> => {
  const below = new Set<number>()
  eachSuspect(riddle.graph, commit, (culprit) => below.add(culprit))
  return new Set([...left].filter((culprit) => below.has(culprit) === isBad))
}

/** git's choice: the commit that splits what is left most evenly, of those not skipped. */
const middle = (riddle: Riddle, left: ReadonlySet<number>, skipped: ReadonlySet<string>): string | undefined => {
  let best: { readonly id: string; readonly part: number } | undefined
  for (const { id } of riddle.graph.commits) {
    if (skipped.has(id)) continue
    let below = 0
    eachSuspect(riddle.graph, id, (culprit) => {
      if (left.has(culprit)) below++
    })
    const part = Math.min(below, left.size - below)
    if (part > (best?.part ?? 0)) best = { id, part }
  }
  return best?.id
}

/** `git bisect run` with a script that repeats its test up to `repeats` times; both ends are taken on trust. */
export const solvePlainly = (riddle: Riddle, repeats: number, random: () => number): PlainSolved => {
  let left = new Set(riddle.graph.commits.keys())
  const skipped = new Set<string>()
  let runs = 0
  let kernels = 0
  for (;;) {
    const commit = middle(riddle, left, skipped)
    if (commit === undefined || left.size <= 1)
      return { runs, kernels, wrong: !left.has(riddle.graph.indexOf.get(riddle.culprit) ?? older(riddle.graph)) }
    kernels++
    if (riddle.skipped.has(commit)) {
      skipped.add(commit)
      continue
    }
    let isBad = false
    for (let run = 0; run < repeats && !isBad; run++) {
      isBad = runOnce(riddle, commit, random) === 'bad'
      runs++
    }
    left = narrow(riddle, left, commit, isBad)
  }
}
