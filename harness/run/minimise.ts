// SPDX-License-Identifier: MIT
import { formatHold } from '../inputs/hold/format.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import type { Tried } from '../model/results.ts'

/** Boots of each set of hold points, and how many of them have to fail. */
export const BOOTS = 3
const NEEDED = 2

const STRONG_US = 5000

/** The same point as a long plain delay: a search holds it for a random time, which may be too short to bring it each time. */
export const strongerThan = (text: string): string => {
  const hold = parseHold(text, 'the search')
  return formatHold(hold.kind === 'hold' ? { ...hold, until: null, us: STRONG_US } : hold)
}

const subsetsOf = (holds: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: 2 ** holds.length }, (_, mask) => holds.filter((_one, index) => mask & (1 << index))).sort(
    (a, b) => a.length - b.length,
  )

/** The sets of hold points in the order in which they are tried: each point alone, each as a long delay, each pair, all. */
export const setsOf = (holds: readonly string[]): readonly (readonly string[])[] => {
  const subsets = subsetsOf(holds).filter(({ length }) => length > 0)
  const strong = [...new Set(holds.map(strongerThan))].filter((text) => !holds.includes(text)).map((text) => [text])
  const pairs = subsets.filter(({ length }) => length === 2)
  const singles = subsets.filter(({ length }) => length === 1)
  return [...singles, ...strong, ...pairs, ...(holds.length > 2 ? [holds] : [])]
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index])

/** Whether most boots with these points failed. */
export const brings = ({ failures }: Pick<Tried, 'failures'>): boolean => failures >= NEEDED

const isOpen = (done: Tried | undefined): boolean =>
  done === undefined || (!brings(done) && done.failures + BOOTS - done.boots >= NEEDED)

/**
 * The hold points of the next boot; undefined when enough is known. The workload alone is tried first and to the end, as
 * what the points are compared with. The first set that brings the failure ends it: the sets come in order of their size.
 */
export const nextSet = (holds: readonly string[], tried: readonly Tried[]): readonly string[] | undefined => {
  const doneOf = (set: readonly string[]): Tried | undefined => tried.find((one) => isSame(one.holds, set))
  const alone = doneOf([])
  if ((alone?.boots ?? 0) < BOOTS) return []
  // Then no points are needed, and none could be told from the others.
  if (brings(alone!) || bestOf(tried)) return undefined
  return setsOf(holds).find((set) => isOpen(doneOf(set)))
}

/** The smallest set that brings the failure more often than the workload alone. */
export const bestOf = (tried: readonly Tried[]): Tried | undefined => {
  const alone = tried.find(({ holds }) => holds.length === 0)?.failures ?? 0
  return tried
    .filter((one) => one.holds.length > 0 && brings(one) && one.failures > alone)
    .sort((a, b) => a.holds.length - b.holds.length)[0]
}

/** The same with one more boot; `seconds` is null for one that did not fail. */
export const withBoot = (
  tried: readonly Tried[],
  holds: readonly string[],
  seconds: number | null,
): readonly Tried[] => {
  const old = tried.find((one) => isSame(one.holds, holds)) ?? {
    holds: [...holds],
    boots: 0,
    failures: 0,
    seconds: null,
  }
  const failures = old.failures + (seconds === null ? 0 : 1)
  const sum = (old.seconds ?? 0) * old.failures + (seconds ?? 0)
  const next = { ...old, boots: old.boots + 1, failures, seconds: failures === 0 ? null : sum / failures }
  return [...tried.filter((one) => one !== old), next]
}
