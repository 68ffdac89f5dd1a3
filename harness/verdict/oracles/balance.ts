// SPDX-License-Identifier: MIT

import { zswapLanes } from '../../guest/lanes.ts'
import { type Balance, ofType } from '../../guest/records.ts'
import type { Finding, LaneName } from '../../model/results.ts'
import { findingOf, hasOwnLane, type Observation, type Oracle } from '../observation.ts'

/** A rule for two of the kernel's numbers that holds at rest. */
interface Rule {
  readonly kind: string
  readonly title: string
  readonly words: string
  readonly numbers: (balance: Balance) => readonly [number | null, number | null]
  readonly holds: (left: number, right: number, balance: Balance) => boolean
}

const equal = (left: number, right: number): boolean => left === right
// In zsmalloc before its chains could be configured, and in records that do not say.
const PAGES_PER_ZSPAGE = 4

// A zswap without that counter compresses every page.
const compressed = ({ storedPages, sameFilledPages }: Balance): number | null =>
  storedPages === null ? null : storedPages - (sameFilledPages ?? 0)

/**
 * The rules at rest; the numbers come from slabinfo, zsmalloc's statistics, vmstat and zswap. pool_total_size is not
 * used: zswap updates it on stores and frees only, so it lags behind reclaim.
 */
const AT_REST: readonly Rule[] = [
  {
    kind: 'handle-leak',
    title: 'zs_handle objects do not balance with allocated objects',
    words: 'slab zs_handle = sum of obj_used',
    numbers: (b) => [b.zsHandle, b.objUsed],
    holds: equal,
  },
  {
    kind: 'object-leak',
    title: 'allocated objects do not balance with stored pages',
    words: 'sum of obj_used = stored_pages - same_filled_pages',
    numbers: (b) => [b.zswapObjUsed ?? b.objUsed, compressed(b)],
    holds: equal,
  },
  {
    kind: 'page-leak',
    title: "zsmalloc's pages do not balance with its classes",
    words: 'nr_zspages of vmstat, in pages = sum of pages_used',
    numbers: (b) => [b.nrZspages, b.pagesUsed],
    holds: equal,
  },
  {
    kind: 'zspage-leak',
    title: "zspages do not fit their classes' pages",
    words: 'one to pages_per_zspage pages for each object of slab zspage',
    numbers: (b) => [b.zspageSlab, b.pagesUsed],
    holds: (zspages, pages, { pagesPerZspage }) =>
      zspages <= pages && pages <= zspages * (pagesPerZspage ?? PAGES_PER_ZSPAGE),
  },
]

/** The rules that could never be checked, because a number was always missing. */
export const uncheckedLaws = ({ testimony, asked }: Observation): readonly string[] => {
  const taken = ofType(testimony.records, 'balance')
  const withZswap = asked.lanes.some(({ name }) => zswapLanes.has(name))
  return AT_REST.filter(({ kind }) => withZswap || kind !== 'object-leak')
    .filter(({ numbers }) => taken.length > 0 && taken.every((one) => numbers(one).includes(null)))
    .map(({ words }) => `balance: ${words}`)
}

const AFTER_DRAIN: readonly (readonly [kind: string, words: string, value: (balance: Balance) => number | null])[] = [
  ['handle-leak', 'slab zs_handle', (b) => b.zsHandle],
  ['object-leak', 'sum of obj_used', (b) => b.objUsed],
  ['zspage-leak', 'slab zspage', (b) => b.zspageSlab],
  ['page-leak', 'sum of pages_used', (b) => b.pagesUsed],
  // Before 6.8 two CPUs may add it up at once, and the older sum stays: zsmalloc's own number is better.
  ['page-leak', 'pool_total_size / 4096', (b) => (b.pagesUsed === null ? b.poolPages : null)],
  ['object-leak', 'stored_pages', (b) => b.storedPages],
]

const restFindings = (balance: Balance): Finding[] =>
  AT_REST.flatMap(({ kind, title, words, numbers, holds }) => {
    const [left, right] = numbers(balance)
    if (left === null || right === null || holds(left, right, balance)) return []
    const detail = `expected ${words}, saw ${left} and ${right} (${balance.at})`
    return [findingOf('balance', { kind, title, detail, lane: balance.lane })]
  })

const drainFindings = (balance: Balance): Finding[] =>
  AFTER_DRAIN.flatMap(([kind, words, value]) => {
    const seen = value(balance)
    if (seen === null || seen === 0) return []
    const title = `${words} is not 0 after everything was freed`
    const detail = `expected ${words} = 0 after the drain, saw ${seen}`
    return [findingOf('balance', { kind, title, detail, lane: balance.lane })]
  })

// The same leak shows in every later balance: the first of a kind is enough.
const firstOfKind = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(
    (one, index) => findings.findIndex((other) => other.kind === one.kind && other.title === one.title) === index,
  )

// Without one of them a kind of leak is invisible.
const NEEDED = ['zsHandle', 'objUsed', 'zspageSlab', 'poolPages'] as const

const withoutNumbers = (balance: Balance): readonly string[] => [
  ...NEEDED.filter((name) => balance[name] === null),
  ...(zswapLanes.has(balance.lane) && balance.storedPages === null ? ['storedPages'] : []),
]

const missingOf = ({ testimony }: Observation, lane: LaneName): readonly string[] => {
  const drained = ofType(testimony.records, 'balance').filter((one) => one.lane === lane && one.at === 'drained')
  const last = drained.at(-1)
  if (last === undefined) return [`no drained balance of lane ${lane}`]
  const names = withoutNumbers(last)
  return names.length === 0 ? [] : [`the drained balance of lane ${lane} has ${names.join(', ')} = null`]
}

/** Handles, objects, zspages and pages must balance at rest and be gone after the drain. */
export const balance: Oracle = {
  name: 'balance',
  check: ({ testimony }) =>
    firstOfKind(
      ofType(testimony.records, 'balance').flatMap((entry) => [
        ...restFindings(entry),
        ...(entry.at === 'drained' ? drainFindings(entry) : []),
      ]),
    ),
  applies: hasOwnLane,
  missing: (observation) => {
    const own = observation.asked.lanes.filter(({ name }) => name !== 'workload')
    const missing = own.flatMap(({ name }) => missingOf(observation, name))
    return missing.length === 0 ? undefined : missing.join(', ')
  },
}
