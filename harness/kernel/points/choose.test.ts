// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { byLikelihood, type Candidate, chooseCandidates, rankOf, type Tier } from './choose.ts'

const place = (of: string, index: number, tier: Tier, weight = 0): Candidate => ({
  text: `${of}>callee#${index}`,
  tier,
  of,
  weight,
  rank: index,
  address: null,
})
const many = (of: string, count: number, tier: Tier): readonly Candidate[] =>
  Array.from({ length: count }, (_, index) => place(of, index, tier))
const countOf = (chosen: readonly Candidate[], key: 'tier' | 'of'): Record<string, number> =>
  Object.fromEntries(
    [...new Set(chosen.map((one) => one[key]))].map((name) => [name, chosen.filter((one) => one[key] === name).length]),
  )

test('at most 48, with room for what is around the changed functions', () => {
  const leg = [...many('a', 100, 'changed'), ...many('b', 100, 'lock'), ...many('c', 100, 'shared')]
  const chosen = chooseCandidates([leg])
  expect(countOf(chosen, 'tier')).toEqual({ changed: 32, lock: 10, shared: 6 })
  expect(countOf(chooseCandidates([many('a', 100, 'changed')]), 'tier')).toEqual({ changed: 48 })
  expect(countOf(chooseCandidates([[...many('a', 3, 'changed'), ...many('b', 100, 'lock')]]), 'tier')).toEqual({
    changed: 3,
    lock: 45,
  })
  expect(chooseCandidates([leg], 5)).toHaveLength(5)
})

test('too many places are spread over the functions', () => {
  const leg = byLikelihood([
    ...many('long', 100, 'changed'),
    ...many('short', 4, 'changed'),
    ...many('third', 20, 'changed'),
  ])
  expect(countOf(chooseCandidates([leg]), 'of')).toEqual({ long: 24, short: 4, third: 20 })
})

test('nothing is lost while there is room', () => {
  const leg = byLikelihood([...many('a', 10, 'changed'), ...many('b', 20, 'lock'), ...many('c', 18, 'shared')])
  expect(chooseCandidates([leg])).toHaveLength(48)
})

test('what one leg lacks is left out', () =>
  expect(chooseCandidates([many('a', 3, 'changed'), many('a', 2, 'changed'), []])).toEqual([]))

test('changed code comes first, then functions by weight', () => {
  const [first, second, third] = [place('x', 9, 'changed', 1), place('a', 1, 'lock'), place('b', 0, 'lock', 2)]
  expect(byLikelihood([third, second, first])).toEqual([first, second, third])
})

test('in a function, where others run comes before where a lock is held', () => {
  expect(rankOf('spin_lock', 'before')).toBeLessThan(rankOf('spin_lock', 'after'))
  expect(rankOf('spin_unlock', 'after')).toBeLessThan(rankOf('spin_unlock', 'before'))
  expect(rankOf('*', 'before')).toBeLessThan(rankOf('obj_free', 'before'))
})

test('of places that are the same instruction, one is given', () => {
  const [a, b] = [place('a', 0, 'changed'), place('a', 1, 'changed')]
  const leg = [
    { ...a!, address: 7n },
    { ...b!, address: 7n },
  ]
  expect(chooseCandidates([leg]).map(({ text }) => text)).toEqual(['a>callee#0'])
  expect(chooseCandidates([leg, [b!]]).map(({ text }) => text)).toEqual(['a>callee#1'])
})
