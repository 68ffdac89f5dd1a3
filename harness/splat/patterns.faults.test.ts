// SPDX-License-Identifier: MIT
import { check } from 'recheck'
import { describe, expect, test } from 'vitest'
import { otherPatterns, readerPatterns, slowTexts } from '../testing/hostile/growth.ts'

describe.each([
  { whose: 'the log engine', patterns: await readerPatterns() },
  { whose: 'the rest of the harness', patterns: await otherPatterns() },
])('$whose', ({ patterns }) => {
  test('has patterns', () => expect(patterns.length).toBeGreaterThan(300))

  test('has no pattern that takes more than linear time on lines of 1 MiB', () => {
    expect(patterns.flatMap(slowTexts)).toEqual([])
  })

  test('has no pattern of which the checker of regular expressions knows that it can be slow', async () => {
    const slow: string[] = []
    for (const { source, flags } of patterns) {
      // What it cannot decide in time, the lines above must show.
      const checked = await check(source, flags, { timeout: 1_000 })
      if (checked.status === 'vulnerable') slow.push(`/${source}/${flags} on ${checked.attack.pattern}`)
    }
    expect(slow).toEqual([])
  })
})
