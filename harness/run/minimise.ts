// SPDX-License-Identifier: MIT
import { formatHold } from '../inputs/hold/format.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import type { Tried } from '../model/results.ts'

/** Boots after which a set of hold points is dropped unless most of them failed, and after which it is sure. */
export const BOOTS = 3
const NEEDED = 2
export const MOST = 6
/** Failures of a set that is sure, and how many more they are than those of as many boots of the workload alone. */
const SURE = 4
const MARGIN = 3

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

/** Whether at least two of three boots with these points failed. */
export const failsMostly = ({ boots, failures }: Pick<Tried, 'boots' | 'failures'>): boolean =>
  BOOTS * failures >= NEEDED * boots

/** `sure` but for the boots of the workload alone that it is compared with, or all in all. */
type Fate = 'open' | 'out' | 'sure' | 'brings'

/** With many sets, some fail in most of three boots by luck. */
const fateOf = ({ boots, failures }: Tried, alone: Tried): Fate => {
  if (boots < BOOTS) return failures + BOOTS - boots >= NEEDED ? 'open' : 'out'
  if (failures < NEEDED) return 'out'
  if (failures >= SURE && failures - alone.failures >= MARGIN) return alone.boots < MOST ? 'sure' : 'brings'
  const most = failures + MOST - boots
  return most >= SURE && most - alone.failures >= MARGIN ? 'open' : 'out'
}

const triedOf = (tried: readonly Tried[], set: readonly string[]): Tried =>
  tried.find(({ holds }) => isSame(holds, set)) ?? { holds: [...set], boots: 0, failures: 0, seconds: null }

/**
 * The hold points of the next boot; undefined when enough is known. The workload alone is tried first, as what the points
 * are compared with. The first set that brings the failure ends it: the sets come in order of their size.
 */
export const nextSet = (holds: readonly string[], tried: readonly Tried[]): readonly string[] | undefined => {
  const alone = triedOf(tried, [])
  if (alone.boots < BOOTS) return []
  // Then no points are needed, and none could be told from the others.
  if (failsMostly(alone)) return undefined
  for (const set of setsOf(holds)) {
    const fate = fateOf(triedOf(tried, set), alone)
    if (fate === 'open') return set
    if (fate !== 'out') return fate === 'sure' ? [] : undefined
  }
  return undefined
}

/** The set that brings the failure more often than the workload alone. */
export const bestOf = (tried: readonly Tried[]): Tried | undefined => {
  const alone = triedOf(tried, [])
  return tried.find((one) => one.holds.length > 0 && fateOf(one, alone) === 'brings')
}

/** The same with one more boot; `seconds` is null for one that did not fail. */
export const withBoot = (
  tried: readonly Tried[],
  holds: readonly string[],
  seconds: number | null,
): readonly Tried[] => {
  const old = triedOf(tried, holds)
  const failures = old.failures + (seconds === null ? 0 : 1)
  const sum = (old.seconds ?? 0) * old.failures + (seconds ?? 0)
  const next = { ...old, boots: old.boots + 1, failures, seconds: failures === 0 ? null : sum / failures }
  return [...tried.filter((one) => one !== old), next]
}
