// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SelftestResult } from '../../selftest/result.ts'
import { cli } from '../cli.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-explored-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

// On 6.1 the explorer sees all of zswap and zsmalloc.
test.skipIf(process.arch !== 'x64').each([
  ['debian:6.1', 40],
  ['debian:6.12', 5],
  ['debian:7.3', 5],
])('every version of the code that the explorer sees, on %s', async (tree, least) => {
  const args = ['--explore', 'only', '--tree', tree, '--format', 'plain', '--results', join(results, tree)]
  const { exitCode } = await cli(['selftest', ...args])
  const result: SelftestResult = JSON.parse(await readFile(join(results, tree, 'latest', 'selftest.json'), 'utf8'))
  const bad = result.cases.filter(({ status }) => !['caught', 'clean', 'not-covered'].includes(status))
  expect(bad.map(({ name, status, reason }) => [name, status, reason])).toEqual([])
  expect(result.cases.filter(({ status }) => status === 'caught').length).toBeGreaterThanOrEqual(least)
  expect(result.explorer?.status).toBe('caught')
  expect(exitCode).toBe(0)
})
