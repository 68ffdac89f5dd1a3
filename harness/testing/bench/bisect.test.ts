// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { bisectTable, compareBisect, SETTINGS } from './bisect.ts'

describe('a search of random histories against a simulated oracle', () => {
  // The thousand of the bench, in small: a wrong answer in eighty is chance, three are not.
  const bench = compareBisect(80, SETTINGS, 7)

  test('names the culprit', () => {
    expect(bench.total.ours.wrong).toBeLessThanOrEqual(2 / 80)
  })

  test('takes fewer runs than fixed repeats of the same error', () => {
    expect(bench.total.ours.runs).toBeLessThan(bench.total.gitFixed.runs)
  })

  test('says how it compares', () => {
    expect(bisectTable(bench).split('\n')).toHaveLength(13)
  })
})
