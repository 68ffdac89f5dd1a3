// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explorerSources } from '../../explore/explorer.ts'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-schedule-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const zsharness = (command: string, ...flags: readonly string[]) =>
  cli([command, '--results', dir, '--format', 'plain', ...flags])

test.skipIf(process.arch !== 'x64')(
  'the race that explore finds is confirmed on a booted kernel, and its fix passes under the same points',
  async () => {
    const scenario = join(explorerSources, 'scenarios/shrink-free.scn')
    const explored = await zsharness('explore', '--tree', 'debian:6.1', '--leg', 'before', '--scenario', scenario)
    const schedule = join(dir, 'latest-explore/before/failure-1.schedule.json')
    expect(explored.stdout).toContain(`--hold '`)
    await zsharness('run', '--config', 'zpool-on', '--lane', 'race', '--runs', '1', '--schedule', schedule)
    const run = await latestRun(dir)
    const outcome = await outcomeOf(dir, run)
    expect(run.schedule, outcome).toMatchObject({ leg: 'before', confirmed: true })
    const [held] = run.schedule!.holds
    expect(held).toMatch(/^zs_map_object:arg1 in kworkers until zs_free:arg1 for /)
    const of = (leg: string) => run.cells.find((cell) => cell.leg === leg)!
    expect(of('before').findings.some(({ signature }) => signature)).toBe(true)
    expect(of('after').verdict, outcome).toBe('pass')
    // Both legs have the same points.
    expect(of('after').holds?.armed).toEqual(of('before').holds?.armed)
    expect(of('after').evidence.holds.some(({ met }) => met > 0)).toBe(true)
  },
)
