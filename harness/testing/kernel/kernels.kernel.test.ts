// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { isFull } from '../often.ts'
import { outcomeOf } from '../outcome.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-kernels-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

const zswapOn = async (...args: string[]) => {
  const { exitCode } = await cli([
    ...['run', '--config', 'zpool-on', '--explore', 'off', '--format', 'plain', '--results', results, ...args],
  ])
  const run = await latestRun(results)
  return { exitCode, run, outcome: await outcomeOf(results, run) }
}

test('the posted patch on arm64', async () => {
  const { exitCode, run, outcome } = await zswapOn('--arch', 'arm64')
  expect(run, outcome).toMatchObject({ verdict: 'fixed', pairs: [{ arch: 'arm64', verdict: 'fixed' }] })
  expect(exitCode, outcome).toBe(0)
})

const LANES = [
  'race',
  'pump',
  'restore',
  'classes',
  'cgroup',
  'shrinker',
  'swapoff',
  'redirty',
  'reuse',
  'policy',
  'switch',
]

// A page every 20 ms under TCG, on a host that may do other work.
const LEAST_PER_SECOND = 50

// The sample of the corpus boots a 6.12 too.
test.each([...(isFull ? [['debian:6.12', 'x86_64'] as const] : []), ['debian:7.3', 'x86_64'] as const])(
  '%s as it is writes back safely on %s',
  async (tree, arch) => {
    const { exitCode, run, outcome } = await zswapOn('--arch', arch, '--tree', tree, '--series', 'none')
    expect(run, outcome).toMatchObject({ verdict: 'pass', exitCode: 0, cells: [{ leg: 'after', verdict: 'pass' }] })
    expect(exitCode, outcome).toBe(0)
    const { evidence, notChecked, oracles } = run.cells[0]!
    expect(evidence.lanesRun).toEqual(LANES)
    expect(evidence.hits, outcome).toBeGreaterThan(0)
    const pump = evidence.lanes.find(({ lane }) => lane === 'pump')!
    expect((1000 * pump.writtenBackPages) / pump.elapsedMs, outcome).toBeGreaterThan(LEAST_PER_SECOND)
    expect(oracles.filter(({ status }) => status !== 'clean')).toEqual([])
    expect(notChecked).toHaveLength(1)
  },
)
