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

test.each(['x86_64', 'arm64'])('every bug of the corpus shows without its fix on %s', async (arch) => {
  await cli([
    'matrix',
    'corpus',
    '--run',
    '--explore',
    'off',
    '--arch',
    arch,
    '--results',
    results,
    '--format',
    'plain',
  ])
  const run = await latestRun(results)
  const outcome = await outcomeOf(results, run)
  const open = run.pairs.filter(({ verdict }) => verdict !== 'fixed')
  expect(
    open.map(({ name, verdict, reason }) => ({ name, verdict, reason })),
    outcome,
  ).toEqual([])
})
