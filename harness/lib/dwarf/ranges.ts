// SPDX-License-Identifier: MIT
import { Cursor } from './cursor.ts'
import type { DebugEntry, DebugUnit } from './entries.ts'
import { baseOf, type DebugSections, type Value } from './forms.ts'

/** From the first address up to, and without, the second. */
export type Range = readonly [from: bigint, to: bigint]

const AT_LOW_PC = 0x11
const AT_HIGH_PC = 0x12
const AT_RANGES = 0x55

const LARGEST = 0xffff_ffff_ffff_ffffn

const addressOf = (value: Value | undefined): bigint | undefined => (typeof value === 'bigint' ? value : undefined)

/** Until version 4: pairs of addresses, counted from one that may change. */
const oldRanges = (section: Buffer, at: number, start: bigint): readonly Range[] => {
  const from = new Cursor(section, at)
  const found: Range[] = []
  let base = start
  for (;;) {
    const [low, high] = [from.u64(), from.u64()]
    if (low === 0n && high === 0n) return found
    if (low === LARGEST) base = high
    else found.push([base + low, base + high])
  }
}

interface Steps {
  readonly from: Cursor
  readonly base: bigint
  /** The address with this number in the unit's table. */
  readonly indexed: (index: number) => bigint
}

type Step = Range | { readonly base: bigint }

/** By the numbers of the standard; 0 is the end. */
const STEPS: readonly (((steps: Steps) => Step) | undefined)[] = [
  undefined,
  ({ from, indexed }) => ({ base: indexed(from.uleb()) }),
  ({ from, indexed }) => [indexed(from.uleb()), indexed(from.uleb())],
  ({ from, indexed }) => {
    const low = indexed(from.uleb())
    return [low, low + BigInt(from.uleb())]
  },
  ({ from, base }) => [base + BigInt(from.uleb()), base + BigInt(from.uleb())],
  ({ from }) => ({ base: from.u64() }),
  ({ from }) => [from.u64(), from.u64()],
  ({ from }) => {
    const low = from.u64()
    return [low, low + BigInt(from.uleb())]
  },
]

/** From version 5: a list of steps. */
const newRanges = (section: Buffer, at: number, start: bigint, indexed: Steps['indexed']): readonly Range[] => {
  const from = new Cursor(section, at)
  const found: Range[] = []
  let base = start
  for (let kind = from.number(1); kind !== 0; kind = from.number(1)) {
    const read = STEPS[kind]
    if (read === undefined) throw new RangeError(`ranges of an unknown kind ${kind}`)
    const step = read({ from, base, indexed })
    if ('base' in step) base = step.base
    else found.push(step)
  }
  return found
}

/** Where the code of an entry is; undefined for an entry that has none. */
export const rangesOf = (
  { attributes }: DebugEntry,
  { shape, root }: DebugUnit,
  sections: DebugSections,
): readonly Range[] | undefined => {
  const [low, high, ranges] = [AT_LOW_PC, AT_HIGH_PC, AT_RANGES].map((name) => attributes.get(name))
  if (typeof ranges === 'number') {
    const start = addressOf(root.attributes.get(AT_LOW_PC)) ?? 0n
    if (shape.version < 5) return oldRanges(sections.ranges, ranges, start)
    const base = baseOf('addr', root.attributes)
    const indexed = (index: number) => new Cursor(sections.addr, base + index * shape.addressBytes).u64()
    return newRanges(sections.rngLists, ranges, start, indexed)
  }
  const from = addressOf(low)
  if (from === undefined) return undefined
  if (high === undefined) return [[from, from + 1n]]
  return [[from, typeof high === 'number' ? from + BigInt(high) : (addressOf(high) ?? from)]]
}

/** Whether the address is in one of them. */
export const isIn = (ranges: readonly Range[], address: bigint): boolean =>
  ranges.some(([from, to]) => from <= address && address < to)
