// SPDX-License-Identifier: MIT
import type { Finding } from '../../model.ts'
import { type Balance, ofType } from '../../observe/records.ts'
import { findingOf, type Oracle } from '../observation.ts'

type Count = number | null

interface Equation {
  readonly kind: string
  readonly title: string
  readonly left: (balance: Balance) => Count
  readonly right: (balance: Balance) => Count
  readonly words: string
}

const minus = (a: Count, b: Count): Count => (a === null || b === null ? null : a - b)

/** What must be equal whenever nothing moves; the sources are slabinfo, zsmalloc's debugfs and zswap's. */
const QUIET: readonly Equation[] = [
  {
    kind: 'handle-leak',
    title: 'zs_handle objects do not balance with allocated objects',
    left: (b) => b.zsHandle,
    right: (b) => b.objUsed,
    words: 'slab zs_handle = sum of obj_used',
  },
  {
    kind: 'object-leak',
    title: 'allocated objects do not balance with stored pages',
    left: (b) => b.objUsed,
    right: (b) => minus(b.storedPages, b.sameFilledPages),
    words: 'sum of obj_used = stored_pages - same_filled_pages',
  },
  {
    kind: 'zspage-leak',
    title: 'zspages do not balance with their slab objects',
    left: (b) => b.zspageSlab,
    right: (b) => b.nrZspages,
    words: 'slab zspage = number of zspages',
  },
  {
    kind: 'page-leak',
    title: "the pool's pages do not balance with its classes",
    left: (b) => b.poolPages,
    right: (b) => b.pagesUsed,
    words: 'pool_total_size / 4096 = sum of pages_used',
  },
]

const DRAINED: readonly (readonly [kind: string, words: string, value: (balance: Balance) => Count])[] = [
  ['handle-leak', 'slab zs_handle', (b) => b.zsHandle],
  ['object-leak', 'sum of obj_used', (b) => b.objUsed],
  ['zspage-leak', 'slab zspage', (b) => b.zspageSlab],
  ['page-leak', 'pool_total_size / 4096', (b) => b.poolPages],
  ['object-leak', 'stored_pages', (b) => b.storedPages],
]

const quietFindings = (balance: Balance): Finding[] =>
  QUIET.flatMap(({ kind, title, left, right, words }) => {
    const [a, b] = [left(balance), right(balance)]
    if (a === null || b === null || a === b) return []
    return [
      findingOf('balance', {
        kind,
        title,
        detail: `expected ${words}, saw ${a} and ${b} (${balance.at})`,
        lane: balance.lane,
      }),
    ]
  })

const drainedFindings = (balance: Balance): Finding[] =>
  DRAINED.flatMap(([kind, words, value]) => {
    const seen = value(balance)
    if (seen === null || seen === 0) return []
    const title = `${words} is not 0 after everything was freed`
    return [
      findingOf('balance', {
        kind,
        title,
        detail: `expected ${words} = 0 after the drain, saw ${seen}`,
        lane: balance.lane,
      }),
    ]
  })

// The same leak shows in every later balance: the first of a kind says it all.
const firstOfKind = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(
    (one, index) => findings.findIndex((other) => other.kind === one.kind && other.title === one.title) === index,
  )

/** Handles, objects, zspages and pages must balance at rest and be gone after the drain. */
export const balance: Oracle = {
  name: 'balance',
  check: ({ testimony }) =>
    firstOfKind(
      ofType(testimony.records, 'balance').flatMap((entry) => [
        ...quietFindings(entry),
        ...(entry.at === 'drained' ? drainedFindings(entry) : []),
      ]),
    ),
}
