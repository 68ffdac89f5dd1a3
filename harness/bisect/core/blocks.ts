// SPDX-License-Identifier: MIT
import type { Belief } from './belief.ts'
import { testable } from './choose.ts'
import { type Graph, isSuspect } from './graph.ts'
import { type Tallied, tallyOf } from './tallies.ts'

/** Culprits that no further run can tell apart: what lies between them cannot be tested. */
export interface Block {
  readonly commits: readonly string[]
  readonly probability: number
}

const LOST = 1e-9

const alike = (graph: Graph, tests: readonly string[], a: number, b: number): boolean =>
  tests.every((id) => isSuspect(graph, id, a) === isSuspect(graph, id, b))

/** The commits that cannot be told from `commit`, itself among them, oldest first; without those excluded. */
export const blockOf = (graph: Graph, tallied: Tallied, { weights }: Belief, commit: string): Block => {
  const tests = testable(graph, tallied)
  const own = graph.indexOf.get(commit)!
  const members = graph.commits.flatMap((_, other) =>
    weights[other]! > LOST && (other === own || alike(graph, tests, own, other)) ? [other] : [],
  )
  return {
    commits: members.map((index) => graph.commits[index]!.id),
    probability: members.reduce((sum, index) => sum + weights[index]!, 0),
  }
}

/** The commits of a block whose test would have told more, had it been possible. */
export const untestable = (tallied: Tallied, { commits }: Block): readonly string[] =>
  commits.filter((id) => tallyOf(tallied, id).skipped)
