// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tried } from '../model/results.ts'
import { BOOTS, bestOf, brings, nextSet, subsetsOf, withBoot } from './minimise.ts'

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
    ['one point', ['a', 'b', 'c'], ['b']],
    ['two points', ['a', 'b', 'c'], ['a', 'c']],
    ['all three', ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['the only one', ['a'], ['a']],
  ])('%s', (_name, holds, needed) => expect(search(holds, needs(...needed)).best?.holds).toEqual(needed))

  test('of two points that each bring it, the faster one', () =>
    expect(search(['a', 'b'], (set) => (set.length === 0 ? null : set[0] === 'a' ? 9 : 2)).best).toEqual({
      holds: ['b'],
      boots: BOOTS,
      failures: BOOTS,
      seconds: 2,
    }))

  test('one that fails only at times is none', () => {
    const { best, tried } = search(['a'], (set, boot) => (set.length > 0 && boot % 2 === 0 ? 1 : null))
    expect(best).toBeUndefined()
    expect(tried.some(brings)).toBe(false)
  })

  test('the workload alone is always tried to the end, whether it fails or not', () => {
    for (const alone of [null, 3])
      expect(search(['a'], () => alone).tried[0]).toMatchObject({ holds: [], boots: BOOTS })
  })

  test('no points are tried where the workload alone always fails', () =>
    expect(search(['a', 'b'], () => 1)).toMatchObject({ best: undefined, boots: BOOTS }))

  test('it ends within a known number of boots, and never names more than is needed', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), fc.nat(7), (holds, mask) => {
        const needed = holds.filter((_, index) => mask & (1 << index))
        fc.pre(needed.length > 0)
        const { best, boots } = search(holds, needs(...needed))
        expect(boots).toBeLessThanOrEqual(BOOTS * 2 ** holds.length)
        expect(best?.holds.length).toBe(needed.length)
      }),
    ))
})

test('the subsets, smaller ones first', () => expect(subsetsOf(['a', 'b'])).toEqual([[], ['a'], ['b'], ['a', 'b']]))
