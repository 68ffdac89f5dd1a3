// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-corpus-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

test('each bug of the sample shows without its fix, and not with it', async () => {
  const { exitCode } = await cli(['matrix', 'corpus-sample', '--run', '--results', results, '--format', 'plain'])
  const run = await latestRun(results)
  const outcome = await outcomeOf(results, run)
  expect([...new Set(run.pairs.map(({ verdict }) => verdict))], outcome).toEqual(['fixed'])
  expect(run.pairs, outcome).toHaveLength(4)
  expect(exitCode, outcome).toBe(0)
  const page = await cli(['report', 'corpus', 'latest', '--results', results, '--format', 'json'])
  expect(JSON.parse(page.stdout)).toMatchObject({ fixed: 2, bugs: [{ verdict: 'fixed' }, { verdict: 'fixed' }] })
})
