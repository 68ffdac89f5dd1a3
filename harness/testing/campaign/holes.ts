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
    point: 'image',
    what: 'beyond the list: a damaged image or initramfs in the cache is booted, and its crash blamed on the kernel, for good',
    category: /^bits flipped in the cache: a bit of the (image|initramfs)/,
    problem: /1 regression|4 not-demonstrated|on the kernel/,
  },
  {
    point: 'donor',
    what: "beyond the list: a donor's damaged object fails the link, which is blamed on the kernel, for good",
    category: /^bits flipped in the cache: a bit of a donor's/,
    problem: /1 regression|4 not-demonstrated|on the kernel/,
  },
  {
    point: 'source',
    what: 'beyond the list: a damaged source in the cache fails the build, which is blamed on the kernel, for good',
    category: /^bits flipped in the cache: a bit of a (source|tree's file)/,
    problem: /1 regression|4 not-demonstrated|on the kernel|^the next run: 3 invalid/,
  },
  {
    point: 'metadata',
    what: 'beyond the list: builds/KEY.json that is no JSON ends every run as "a bug in zsharness", until `clean --all`',
    category: /^bits flipped in metadata/,
    problem: /^the next run: 3/,
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
