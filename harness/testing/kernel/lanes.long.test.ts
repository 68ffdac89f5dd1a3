// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-lanes-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

// Those that need no luck: each lane with the bug that it is for.
test.each([
  ['redirty', 'zswap-stale-entry', 'debian:6.12'],
  ['policy', 'zswap-writeback-parent', 'debian:6.12'],
  ['switch', 'zswap-pool-ref', 'debian:6.1'],
  ['control', 'zram-reset-unused', 'debian:6.1'],
])('lane %s shows that %s is fixed on %s', async (lane, series, tree) => {
  await cli(['run', '--series', series, '--tree', tree, '--results', results, '--format', 'plain'])
  const run = await latestRun(results)
  const outcome = await outcomeOf(results, run)
  expect(run, outcome).toMatchObject({ verdict: 'fixed', exitCode: 0, pairs: [{ verdict: 'fixed' }] })
  expect(
    run.cells.every(({ lanes }) => lanes.join() === lane),
    outcome,
  ).toBe(true)
})
