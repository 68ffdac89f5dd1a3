// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SelftestResult } from '../../selftest/result.ts'
import { cli } from '../cli.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-selftest-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

// One case each for the balance oracle and KASAN, and a planted fault; `zsharness selftest` has them all.
const CASES = ['leak-on-failed-reclaim', 'mask-keeps-deferred-tag', 'warn']

test('leaks, crashes and planted faults are caught with the right titles', async () => {
  const args = ['--arch', 'x86_64', '--format', 'plain', '--results', results, '--only', CASES.join(',')]
  const { exitCode, stdout } = await cli(['selftest', ...args])
  const result: SelftestResult = JSON.parse(await readFile(join(results, 'latest', 'selftest.json'), 'utf8'))
  expect(result.cases.map(({ name, status }) => [name, status])).toEqual(
    expect.arrayContaining(CASES.map((name) => [name, 'caught'])),
  )
  const caughtBy = (name: string): string => result.cases.find((one) => one.name === name)?.caughtBy ?? ''
  expect(caughtBy('leak-on-failed-reclaim')).toMatch(/^balance: .*zs_handle/)
  expect(caughtBy('mask-keeps-deferred-tag')).toMatch(/^console: KASAN: invalid-free/)
  expect(caughtBy('warn')).toBe('console: WARNING in canary_warn')
  expect(stdout).toContain('2 of 2 wrong versions caught; 1 of 1 canaries caught')
  // The same versions in user space, before the boots.
  if (process.arch === 'x64') expect(stdout).toContain('exploration: 2 of 2 wrong versions caught')
  expect(exitCode).toBe(0)
})
