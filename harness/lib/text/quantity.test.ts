// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { ageMs, seconds, sizeBytes, wholeNumber } from './quantity.ts'

describe('a whole number', () => {
  test.each([
    ['1', 1],
    ['099', 99],
    ['100', 100],
  ])('%j is %i', (text, value) => expect(wholeNumber('--runs', text, 1, 100)).toBe(value))

  test.each(['', '0', '101', '-1', '1.5', '1e2', '0x10', ' 5', 'many', '9'.repeat(400)])('%j is refused', (text) => {
    expect(() => wholeNumber('--runs', text, 1, 100)).toThrow(`--runs ${text}: not a whole number from 1 to 100`)
  })
})

type Parser = (flag: string, text: string) => number

describe.each<[string, Parser, [string, number][], string[], string]>([
  [
    'seconds',
    seconds,
    [
      ['30', 30],
      ['30s', 30],
      ['2m', 120],
      ['1h', 3_600],
    ],
    ['', '0', '0s', 's', '-1s', '1.5h', '7d', '30S', '30 s', '1234567', 'soon'],
    'write it like 30s, 2m or 1h',
  ],
  [
    'an age',
    ageMs,
    [
      ['0d', 0],
      ['90m', 5_400_000],
      ['12h', 43_200_000],
      ['7d', 604_800_000],
    ],
    ['', '7', '7w', '-1d', 'd', '7D', '7days'],
    'write it like 90m, 12h or 7d',
  ],
  [
    'a size',
    sizeBytes,
    [
      ['0G', 0],
      ['500M', 524_288_000],
      ['20G', 21_474_836_480],
      ['1T', 1_099_511_627_776],
    ],
    ['', '20', '20GB', '-1G', '20g', '1k'],
    'write it like 500M, 20G or 1T',
  ],
])('%s', (_name, parse, right, wrong, hint) => {
  test.each(right)('%j is %i', (text, value) => expect(parse('--flag', text)).toBe(value))

  test.each(wrong)('%j is refused', (text) => {
    let error: unknown
    try {
      parse('--flag', text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ message: expect.stringContaining(`--flag ${text}: not a`), hint })
  })
})
