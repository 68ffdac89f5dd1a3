// SPDX-License-Identifier: MIT
import { check } from 'recheck'
import { expect, test } from 'vitest'
import { readerPatterns, slowTexts } from '../testing/hostile/growth.ts'

const patterns = await readerPatterns()

test('no pattern takes more than linear time on lines of 1 MiB', () => {
  expect(patterns.flatMap(slowTexts)).toEqual([])
})

test('the checker of regular expressions finds no pattern that can be slow', async () => {
  const slow: string[] = []
  for (const { source, flags } of patterns) {
    // What it cannot decide in time, the lines above must show.
    const checked = await check(source, flags, { timeout: 1_000 })
    if (checked.status === 'vulnerable') slow.push(`/${source}/${flags} on ${checked.attack.pattern}`)
  }
  expect(slow).toEqual([])
})
