// SPDX-License-Identifier: MIT
import { loadavg } from 'node:os'
import { expect, test } from 'vitest'
import { until } from '../testing/slurm/daemon.ts'
import { submittingTo } from '../testing/slurm/submitting.ts'

const { here, start, runIn, noneLeft } = submittingTo('fifteen')
const { missing } = here

// A whole build takes minutes, and on a busy host many.
const BUILD_MS = 2 * 3_600_000

test.skipIf(missing !== undefined)(
  `fifteen boots and the death of a node: fifteen results with the right verdict${here.why}`,
  async () => {
    const { cluster } = here
    const started = performance.now()
    // The lane ends with the failure: its time is only for a boot that meets the bug late.
    const lane = ['--lane', 'race', '--duration', '2m']
    const args = ['run', '--config', 'zpool-on', '--leg', 'before', ...lane, '--runs', '15']
    const running = start('fifteen', ...args, '--submit', 'slurm')
    const worksNow = async (node: string) => ((await cluster.ask('squeue', '-h', '-t', 'R', '-w', node)) ?? '') !== ''
    let text = ''
    running.all!.on('data', (data) => {
      text += data
    })
    // The first part builds; the node dies when it boots some of the others.
    const haveBooted = () => text.split(': lane: race').length > 4
    await until('boots of several parts', async () => haveBooted() && (await worksNow('n2')), BUILD_MS)
    await cluster.killNode('n2')
    const { exitCode, all } = await running
    cluster.startNode('n2')
    expect(exitCode, all).toBe(1)
    const { cells, interrupted } = await runIn('fifteen')
    expect(interrupted).toBe(false)
    expect(cells.map(({ run }) => run)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1))
    for (const { id, verdict, findings } of cells) {
      expect([id, verdict]).toEqual([id, 'fail'])
      expect(findings.some(({ signature }) => signature)).toBe(true)
    }
    expect(new Set(cells.map(({ request }) => request?.seed)).size).toBe(15)
    await noneLeft()
    const again = cells.filter(({ placed }) => placed!.attempt > 1)
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stdout.write(
      `15 boots and a node's death: ${seconds} s, ${again.length} of them by a second attempt, load ${loadavg()[0]!.toFixed(1)}\n`,
    )
    expect(again.length).toBeGreaterThan(0)
  },
)
