// SPDX-License-Identifier: MIT
import { randomOf } from '../campaign/random.ts'
import { judge, type Violation } from './judge.ts'
import type { Mutated, WholeLog } from './logs.ts'
import { canInterleave, cuts, drops, interleaved, lateStarts, repeats, reprefixed } from './mutate.ts'

/** `ZSHARNESS_MUTATION_SEED` repeats or varies the choices; by default they are the same each time. */
export const SEED = process.env.ZSHARNESS_MUTATION_SEED ?? '1'

/** The kinds of mutations, each of one log; `others` are those that it can be interleaved with. */
export const mutations = {
  cut: (log) => cuts(log),
  'late start': (log) => lateStarts(log),
  drop: (log) => drops(log, randomOf(SEED, `drop/${log.name}`)),
  repeat: (log) => repeats(log, randomOf(SEED, `repeat/${log.name}`)),
  prefix: (log) => reprefixed(log),
  interleave: function* (log, others) {
    const random = randomOf(SEED, `interleave/${log.name}`)
    if (!canInterleave(log) || others.length === 0) return
    for (let round = 0; round < PARTNERS; round++) yield* interleaved(log, random.pick(others), random)
  },
} satisfies Record<string, (log: WholeLog, others: readonly WholeLog[]) => Iterable<Mutated>>

const PARTNERS = 4

/** A kind of mutation. */
export type MutationName = keyof typeof mutations

/** What one kind of mutation of these logs showed. */
export interface Outcome {
  readonly count: number
  readonly violations: readonly Violation[]
  /** Wrong functions that nobody could tell from the text. They are no violations. */
  readonly undecidable: readonly Violation[]
}

/** Reads every mutation of one kind of every log, or each `step`-th of them. */
export const mutateAll = (kind: MutationName, logs: readonly WholeLog[], step = 1): Outcome => {
  const others = logs.filter(canInterleave)
  let number = 0
  let count = 0
  const violations: Violation[] = []
  for (const log of logs)
    for (const mutated of mutations[kind](log, others)) {
      if (number++ % step !== 0) continue
      count++
      violations.push(...judge(log, mutated))
    }
  return {
    count,
    violations: violations.filter(({ undecidable }) => !undecidable),
    undecidable: violations.filter(({ undecidable }) => undecidable),
  }
}

/** One line for each violation. */
export const describe = (violations: readonly Violation[]): string =>
  violations
    .map(({ rule, log, mutation, found, expected }) => `${rule}: ${log}: ${mutation}: ${found}; expected ${expected}`)
    .join('\n')
