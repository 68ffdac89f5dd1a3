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
export const HOLES: readonly Hole[] = [
  {
    point: '20',
    what: 'temp folders and swap images survive SIGKILL',
    category: /^(harness SIGKILL|two harnesses)/,
    problem: /TMPDIR\/zsharness-/,
  },
  {
    point: '20, gcc',
    what: 'beyond the list: what a killed gcc leaves in TMPDIR is never removed, even when the harness lives',
    category: /./,
    problem: /TMPDIR\/cc\w+\./,
  },
  {
    point: 'TMPDIR',
    what: 'beyond the list: with a full TMPDIR the series "contains no patch", exit 2',
    category: /^full disk: TMPDIR/,
    problem: /^2 none/,
  },
  {
    point: '17, full disk',
    what: 'beyond the list: "fatal error: closing dependency file …: No space left on device" of gcc is taken for the kernel\'s',
    category: /^full disk: the cache/,
    problem: /^1 (fail|regression)|on the kernel/,
  },
  {
    point: 'mirror',
    what: 'beyond the list: an archive that was damaged on the mirror stays in the cache after the mirror is repaired',
    category: /^downloads: a download \w+ on the mirror/,
    problem: /^the next run: 3 none/,
  },
]

/** The problems of a result, each with the hole by which it is known. */
export const problemsOf = (result: Result, holes: readonly Hole[]): readonly Problem[] =>
  [...result.wrong, ...result.left.map((text) => `left: ${text}`), ...result.nextWrong].map((text) => ({
    result,
    text,
    hole: holes.find(
      ({ category, problem }) => category.test(`${result.fault.category}: ${result.fault.name}`) && problem.test(text),
    ),
  }))
