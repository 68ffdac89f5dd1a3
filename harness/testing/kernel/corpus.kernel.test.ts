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
  await cli(['matrix', 'corpus-sample', '--run', '--explore', 'off', '--results', results, '--format', 'plain'])
  const run = await latestRun(results)
  const outcome = await outcomeOf(results, run)
  const of = (leg: string) => run.cells.filter((one) => one.leg === leg)
  expect([of('before'), of('after')].map(({ length }) => length)).toEqual([4, 4])
  for (const { findings } of of('before'))
    expect(
      findings.some(({ signature }) => signature),
      outcome,
    ).toBe(true)
  for (const { verdict } of of('after')) expect(verdict, outcome).toBe('pass')
  const page = await cli(['report', 'corpus', join(results, 'latest'), '--format', 'json'])
  const shown = { before: { boots: 2, shown: 2 }, after: { boots: 2, passed: 2 } }
  expect(JSON.parse(page.stdout)).toMatchObject({ bugs: [{ pairs: [shown] }, { pairs: [shown] }] })
})
