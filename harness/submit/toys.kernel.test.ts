// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunResult } from '../model/results.ts'
import { preparedSite } from '../testing/campaign/campaign.ts'
import { makeWorld, type Site } from '../testing/campaign/site.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'
import { startToys, toysIn } from '../testing/slurm/toys.ts'

// A toy kernel on a fake QEMU says the same in each boot, so that all of a run can be compared.
const here = clusterOfFile('toys', 2)
const { missing } = here

let site: Site
beforeAll(async () => {
  if (missing === undefined) site = await preparedSite()
}, 120_000)
afterAll(() => (missing === undefined ? rm(site.root, { recursive: true, force: true }) : undefined))

/** A run without times, places, folders and rates. */
const lasting = (run: RunResult, dir: string): unknown => {
  const { durationMs: _d, startedAt: _s, id: _i, phases: _p, comparison: _c, notes, pairs, cells, ...rest } = run
  const text = JSON.stringify({
    ...rest,
    notes: [...notes].sort(),
    command: [],
    pairs: pairs.map((pair) => ({ ...pair, throughput: [] })),
    cells: cells.map(({ timings: _t, waitShare: _w, placed: _l, commands: _q, kernel, ...cell }) => ({
      ...cell,
      kernel: { ...kernel, cached: true, compiled: 0 },
    })),
  })
  return JSON.parse(text.replaceAll(dir, ''))
}

test.skipIf(missing !== undefined)(
  `a plan over two nodes equals the same on one machine${here.why}`,
  async () => {
    const { cluster } = here
    const world = await makeWorld(site, 'built')
    const flags = ['--config', 'zpool-off', '--runs', '2']
    const alone = await startToys(world, 'alone', flags)
    // A build on four CPUs has a node for itself.
    const submitted = ['--submit', 'slurm', '--jobs', '4']
    const shared = await startToys(world, 'shared', [...flags, ...submitted], cluster.conf)
    expect(shared.exitCode, shared.all).toBe(alone.exitCode)
    const [one, other] = [await toysIn(world, 'alone'), await toysIn(world, 'shared')]
    expect(other.cells).toHaveLength(8)
    expect(lasting(other, world.dir)).toEqual(lasting(one, world.dir))
    expect(new Set(other.cells.map(({ placed }) => placed?.node))).toEqual(new Set(cluster.nodes))
  },
  300_000,
)
