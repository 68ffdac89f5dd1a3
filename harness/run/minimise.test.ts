// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tried } from '../model/results.ts'
import { BOOTS, bestOf, brings, nextSet, setsOf, withBoot } from './minimise.ts'

/** Boots until enough is known; `fails` says after how many seconds a boot with these points fails. */
const search = (holds: readonly string[], fails: (set: readonly string[], boot: number) => number | null) => {
  let tried: readonly Tried[] = []
  let boots = 0
  for (let set = nextSet(holds, tried); set !== undefined; set = nextSet(holds, tried)) {
    tried = withBoot(tried, set, fails(set, boots))
    boots += 1
    if (boots > 100) throw new Error('no end')
  }
  return { tried, best: bestOf(tried), boots }
}

const needs =
  (...points: readonly string[]) =>
  (set: readonly string[]) =>
    points.every((point) => set.includes(point)) ? set.length : null

describe('the fewest hold points that bring a failure', () => {
  test.each([
    ['one point', ['a for 5ms', 'b for 5ms', 'c for 5ms'], ['b for 5ms']],
    ['two points', ['a for 5ms', 'b for 5ms', 'c for 5ms'], ['a for 5ms', 'c for 5ms']],
    ['all three', ['a for 5ms', 'b for 5ms', 'c for 5ms'], ['a for 5ms', 'b for 5ms', 'c for 5ms']],
    ['the only one', ['a for 5ms'], ['a for 5ms']],
  ])('%s', (_name, holds, needed) => expect(search(holds, needs(...needed)).best?.holds).toEqual(needed))

  test('the likeliest comes first, and ends it when most of its boots fail', () => {
    const { best, boots } = search(['b for 5ms', 'a for 5ms'], (set) => (set.length === 0 ? null : 2))
    expect(best).toEqual({ holds: ['b for 5ms'], boots: 2, failures: 2, seconds: 2 })
    expect(boots).toBe(BOOTS + 2)
  })

  test('two of three are enough, unless the workload alone does as much', () => {
    const fails = (alone: number) => {
      const left = new Map([
        ['', [null, null, null].map((_none, index) => (index < alone ? 1 : null))],
        ['a for 5ms', [1, null, 1]],
      ])
      return search(['a for 5ms'], (set) => left.get(set.join())!.shift() ?? null).best?.failures
    }
    expect([fails(0), fails(1), fails(2)]).toEqual([2, 2, undefined])
  })

  test('one that fails once is none', () => {
    const { best, tried } = search(['a for 5ms'], (set, boot) => (set.length > 0 && boot === BOOTS ? 1 : null))
    expect(best).toBeUndefined()
    expect(tried.some(brings)).toBe(false)
  })

  test('the workload alone is always tried to the end, whether it fails or not', () => {
    for (const alone of [null, 3])
      expect(search(['a for 5ms'], () => alone).tried[0]).toMatchObject({ holds: [], boots: BOOTS })
  })

  test('no points are tried where the workload alone always fails', () =>
    expect(search(['a for 5ms', 'b for 5ms'], () => 1)).toMatchObject({ best: undefined, boots: BOOTS }))

  test('it ends within a known number of boots, and never names more than is needed', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a for 5ms', 'b for 5ms', 'c for 5ms'), { minLength: 1 }),
        fc.nat(7),
        (holds, mask) => {
          const needed = holds.filter((_, index) => mask & (1 << index))
          fc.pre(needed.length > 0)
          const { best, boots } = search(holds, needs(...needed))
          expect(boots).toBeLessThanOrEqual(BOOTS * 2 ** holds.length)
          expect(best?.holds.length).toBe(needed.length)
        },
      ),
    ))
})

// Fails in most searches: with 21 sets of 5 points, one of them fails in two of three boots by luck. Confirming a set and
// the workload alone with boots up to 6 each (4 failures, and 3 more than alone) would leave 1 in 6.
test.fails('a bug that no point brings is not laid to one, where a fifth of all boots fails', () => {
  let state = 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const holds = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name} for 1ms`)
  const named = Array.from({ length: 100 }, () => search(holds, () => (random() < 0.2 ? 1 : null)).best)
  expect(named.filter((best) => best !== undefined).length).toBeLessThan(25)
})

test('each point alone, then each as a long delay, then both', () =>
  expect(setsOf(['a until b for 1ms', 'c:return for 5ms'])).toEqual([
    ['a until b for 1ms'],
    ['c:return for 5ms'],
    ['a for 5ms'],
    ['a until b for 1ms', 'c:return for 5ms'],
  ]))
