// SPDX-License-Identifier: MIT
import type { Result } from './fault.ts'

/** A hole that is known: what it gets wrong is listed, and does not fail the campaign. */
export interface Hole {
  /** The point of issue 12, or a name for what this campaign has found beyond its list. */
  readonly point: string
  readonly what: string
  readonly category: RegExp
  /** The problem, as the result words it. */
  readonly problem: RegExp
}

/** A problem of one fault, and the hole by which it is known. */
export interface Problem {
  readonly result: Result
  readonly text: string
  readonly hole: Hole | undefined
}

/**
 * What today's code gets wrong. Remove an entry when its hole is closed: the campaign then fails if it opens again.
 * `ZSHARNESS_FAULT_STRICT=1` ignores the list.
 */
export const HOLES: readonly Hole[] = []

/** The problems of a result, each with the hole by which it is known. */
export const problemsOf = (result: Result, holes: readonly Hole[]): readonly Problem[] =>
  [...result.wrong, ...result.left.map((text) => `left: ${text}`), ...result.nextWrong].map((text) => ({
    result,
    text,
    hole: holes.find(
      ({ category, problem }) => category.test(`${result.fault.category}: ${result.fault.name}`) && problem.test(text),
    ),
  }))
