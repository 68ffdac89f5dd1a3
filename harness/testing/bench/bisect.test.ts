// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { often } from '../often.ts'
import { bisectTable, compareBisect, SETTINGS } from './bisect.ts'

describe('a search of random histories against a simulated oracle', () => {
  // A small version of the bench: up to two wrong answers may be chance.
  const histories = often(40, 80)
  const bench = compareBisect(histories, SETTINGS, 7)

  test('names the culprit', () => {
    expect(bench.total.ours.wrong).toBeLessThanOrEqual(2 / histories)
  })

  test('takes fewer runs than fixed repeats of the same error', () => {
    expect(bench.total.ours.runs).toBeLessThan(bench.total.gitFixed.runs)
  })

  test('prints a line for each rate', () => {
    expect(bisectTable(bench).split('\n')).toHaveLength(13)
  })
})
