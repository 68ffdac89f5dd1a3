// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Costs, cheapestOrigins, type Origins } from './arborescence.ts'

/** The cost of all nodes with these origins. */
const totalCost = ({ alone, from }: Costs, origins: Origins): number =>
  origins.reduce<number>((sum, origin, node) => sum + (origin === null ? alone[node]! : from[origin]![node]!), 0)

/** Every node from the cheapest one before it: what a builder does that takes the nodes in their order. */
const originsInOrder = ({ alone, from }: Costs): Origins =>
  alone.map((cost, node) => {
    const before = Array.from({ length: node }, (_, index) => index)
    const best = before.reduce((a, b) => (from[b]![node]! < (from[a]?.[node] ?? Infinity) ? b : a), -1)
    return best >= 0 && from[best]![node]! < cost ? best : null
  })

const X = 99_999

test.each<[string, Costs, Origins]>([
  ['nothing', { alone: [], from: [] }, []],
  ['one', { alone: [700], from: [[0]] }, [null]],
  // x86_64 of the nightly plan: objects that differ between on, on-nocompact, off and off-nocompact.
  [
    'four configs, each from its nearest',
    {
      alone: [745, 745, 745, 745],
      from: [
        [0, 609, 434, 609],
        [609, 0, 609, 434],
        [434, 609, 0, 609],
        [609, 434, 609, 0],
      ],
    },
    [null, 0, 0, 1],
  ],
  [
    'a later one that is the better first',
    {
      alone: [500, 100],
      from: [
        [0, 100],
        [50, 0],
      ],
    },
    [1, null],
  ],
  [
    'a cycle, opened where it is cheapest',
    {
      alone: [100, 100, 90],
      from: [
        [0, 1, X],
        [1, 0, X],
        [20, 30, 0],
      ],
    },
    [2, 0, null],
  ],
  [
    'a cycle within a cycle',
    {
      alone: [50, 60, 70, 80],
      from: [
        [0, 1, 9, X],
        [1, 0, 8, X],
        [9, 9, 0, 2],
        [5, 9, 2, 0],
      ],
    },
    [null, 0, 1, 2],
  ],
  [
    'what is in the cache costs nothing',
    {
      alone: [0, 40],
      from: [
        [0, 50],
        [6, 0],
      ],
    },
    [null, null],
  ],
])('%s', (_, costs, expected) => expect(cheapestOrigins(costs)).toEqual(expected))

const costs = (maxLength: number) =>
  fc.integer({ min: 1, max: maxLength }).chain((length) => {
    const row = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length })
    return fc.record({ alone: row, from: fc.array(row, { minLength: length, maxLength: length }) })
  })

const isReached = (origins: Origins, node: number): boolean => {
  let at: number | null = node
  for (let steps = 0; at !== null && steps <= origins.length; steps++) at = origins[at]!
  return at === null
}

const orders = (nodes: readonly number[]): number[][] =>
  nodes.length === 0
    ? [[]]
    : nodes.flatMap((one) => orders(nodes.filter((other) => other !== one)).map((rest) => [one, ...rest]))

const costInOrder = ({ alone, from }: Costs, order: readonly number[]): number => {
  const reordered = { alone: order.map((node) => alone[node]!), from: order.map((a) => order.map((b) => from[a]![b]!)) }
  return totalCost(reordered, originsInOrder(reordered))
}

test('never costs more than the order of the plan, and every node is made', () => {
  fc.assert(
    fc.property(costs(12), (all) => {
      const origins = cheapestOrigins(all)
      expect([...all.alone.keys()].every((node) => isReached(origins, node))).toBe(true)
      expect(totalCost(all, origins)).toBeLessThanOrEqual(totalCost(all, originsInOrder(all)))
    }),
  )
})

test('costs as little as the best of all orders', () => {
  fc.assert(
    fc.property(costs(5), (all) => {
      const best = Math.min(...orders([...all.alone.keys()]).map((order) => costInOrder(all, order)))
      expect(totalCost(all, cheapestOrigins(all))).toBe(best)
    }),
  )
})
