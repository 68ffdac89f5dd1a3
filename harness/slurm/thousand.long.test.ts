// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { missingForCluster, throwAwayCluster } from '../testing/slurm/cluster.ts'
import { hasEnded } from './result.ts'
import { runOnSlurm } from './run.ts'

const missing = missingForCluster()
const COUNT = 1_000

// Stands for a boot: QEMU's place is taken by a program that ends at once.
const task = (root: string, index: number) => ({
  id: `boot${index}`,
  command: ['sh', '-c', `echo x >>'${root}/../ran/${index}'; echo "zsharness: end: clean"`],
  cpus: 1,
  memoryMiB: 100,
  minutes: 1,
})

test.skipIf(missing !== undefined)(
  `a thousand boots and random kills${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const top = await mkdtemp(join(tmpdir(), 'zsharness-thousand-'))
    const root = join(top, 'run')
    await mkdir(root)
    await mkdir(join(top, 'ran'))
    const tasks = Array.from({ length: COUNT }, (_, index) => task(root, index))
    await using cluster = await throwAwayCluster(2)
    const started = performance.now()
    const stop = new AbortController()
    let kills = 0
    const killing = (async () => {
      while (!stop.signal.aborted) {
        await sleep(6_000 + Math.random() * 6_000, undefined, { signal: stop.signal }).catch(() => undefined)
        if (stop.signal.aborted) return
        const name = cluster.nodes[kills++ % 3]
        if (name === undefined) {
          await cluster.restartController(1_000)
          continue
        }
        await cluster.killNode(name)
        await sleep(2_000)
        cluster.startNode(name)
      }
    })()
    const options = { root, conf: cluster.conf, chunk: 10, pollMs: 2_000, settleMs: 3_000, retries: 8 }
    const results = await runOnSlurm(tasks, options, { signal: new AbortController().signal, emit: () => undefined })
    const ms = performance.now() - started
    stop.abort()
    await killing
    expect(results.filter((one) => !hasEnded(one))).toEqual([])
    expect((await readdir(join(root, 'tasks'))).sort()).toEqual(tasks.map(({ id }) => id).sort())
    const files = (await readdir(root, { recursive: true })).length
    const ran = await Promise.all(tasks.map((_, index) => readFile(join(top, 'ran', `${index}`), 'utf8')))
    const twice = ran.filter((text) => text.length > 2).length
    const lost = results.reduce((sum, one) => sum + one.lost, 0)
    const each = results.map((one) => (hasEnded(one) ? Date.parse(one.endedAt) - Date.parse(one.startedAt) : 0))
    const median = each.sort((a, b) => a - b)[COUNT / 2]
    process.stdout.write(
      `${COUNT} tasks in ${(ms / 1000).toFixed(1)} s, ${(COUNT / (ms / 1000)).toFixed(1)} tasks/s; ` +
        `median of a task ${median} ms; ${kills} kills, ${lost} attempts lost, ${twice} tasks ran twice; ` +
        `${files} files and folders; load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} CPUs\n`,
    )
    await rm(top, { recursive: true })
  },
  900_000,
)
