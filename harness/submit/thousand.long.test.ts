// SPDX-License-Identifier: MIT
import { readdir, rm } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { preparedSite } from '../testing/campaign/campaign.ts'
import { makeWorld } from '../testing/campaign/site.ts'
import type { Cluster } from '../testing/slurm/cluster.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'
import { startToys, toysIn } from '../testing/slurm/toys.ts'

const here = clusterOfFile('thousand', 2)
const { missing } = here
const RUNS = 500

/** Kills one of the nodes, and now and then the controller, until it is stopped; returns the number of kills. */
const killing = async (cluster: Cluster, signal: AbortSignal): Promise<number> => {
  for (let kills = 0; ; kills++) {
    // A part may be lost three times; one that dies each time it starts is an error, which is another test.
    await sleep(60_000 + Math.random() * 30_000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return kills
    const name = cluster.nodes[kills % 3]
    if (name === undefined) {
      await cluster.restartController(1_000)
      continue
    }
    await cluster.killNode(name)
    await sleep(3_000)
    cluster.startNode(name)
  }
}

test.skipIf(missing !== undefined)(
  `a thousand boots and random kills${here.why}`,
  async () => {
    const site = await preparedSite()
    const world = await makeWorld(site, 'built')
    const { cluster } = here
    const stop = new AbortController()
    const started = performance.now()
    const kills = killing(cluster, stop.signal)
    const flags = ['--runs', `${RUNS}`, '--submit', 'slurm']
    const running = startToys(world, 'r', flags, cluster.conf)
    const { all } = await running
    const seconds = (performance.now() - started) / 1000
    stop.abort()
    const run = await toysIn(world, 'r')
    expect(run.cells, all.slice(-4_000)).toHaveLength(2 * RUNS)
    expect(run.cells.filter(({ verdict }) => verdict === 'error')).toEqual([])
    expect(run).toMatchObject({ verdict: 'fixed', exitCode: 0, interrupted: false })
    expect(new Set(run.cells.map(({ id }) => id)).size).toBe(2 * RUNS)
    const again = run.cells.filter(({ placed }) => placed!.attempt > 1).length
    // Kills that lose nothing would show nothing.
    expect(again).toBeGreaterThan(0)
    const boots = run.cells.reduce((sum, { timings }) => sum + timings.bootMs, 0) / 1000
    const left = (await readdir(join(world.dir, 'r'), { recursive: true })).length
    process.stdout.write(
      `${2 * RUNS} boots of a stub in ${seconds.toFixed(0)} s, ${((2 * RUNS) / seconds).toFixed(2)} a second; ` +
        `${(boots / (2 * RUNS)).toFixed(2)} s in a boot; ${await kills} kills, ${again} results of a later attempt; ` +
        `${left} files and folders, ${(left / (2 * RUNS)).toFixed(1)} a boot; ` +
        `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} CPUs\n`,
    )
    await rm(site.root, { recursive: true, force: true })
  },
  3_600_000,
)
