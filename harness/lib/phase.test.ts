// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { inPhase } from './phase.ts'

test.each([
  ['done', async () => 7, 7],
  ['failed', () => Promise.reject(new Error('broke')), 'Error: broke'],
])('what a phase took is said when it is %s', async (_, work: () => Promise<number>, result) => {
  const said: [string, boolean][] = []
  const spent = (phase: string, ms: number): void => void said.push([phase, ms >= 0])
  expect(await inPhase({ spent }, 'compile', work).catch(String)).toBe(result)
  expect(said).toEqual([['compile', true]])
})
