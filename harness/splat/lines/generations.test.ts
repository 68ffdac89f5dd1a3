// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { Generations } from './generations.ts'

test('what is asked for stays, the rest is forgotten, and the weight is bounded', () => {
  const table = new Generations<number, number>(100, (weight) => weight)
  table.set(0, 7)
  for (let key = 1; key <= 1000; key += 1) {
    table.set(key, 7)
    expect(table.get(0)).toBe(7)
    expect(table.weight).toBeLessThanOrEqual(2 * (100 + 7))
  }
  expect(table.get(1000)).toBe(7)
  expect(table.get(500)).toBeUndefined()
})
