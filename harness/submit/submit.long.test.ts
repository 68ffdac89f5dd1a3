// SPDX-License-Identifier: MIT
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import type { Cluster } from '../testing/slurm/cluster.ts'
import { until } from '../testing/slurm/daemon.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'

const CLI = join(packageRoot, 'dist/cli.js')

// Two trees: their kernels share no objects, so that each has a part of its own. Each series has the lanes that meet its
// bug: a lane that does not meet it passes or is inconclusive by luck.
const PLAN = `title: four cells on two trees
trees: ['debian:6.1']
series: [zsmalloc-deferred-handles]
archs: [x86_64]
configs: [zpool-on]
profiles: [kasan]
include:
  - trees: ['debian:6.12']
    series: [zswap-stale-entry]
`

// Kernels are built and booted beside its daemons: one that answers late must not count as dead.
const here = clusterOfFile('submitted', 2, { conf: ['SlurmdTimeout=20', 'MessageTimeout=10', 'TCPTimeout=5'] })
const { missing } = here

let top: string
let cluster: Cluster
beforeAll(async () => {
  if (missing !== undefined) return
  ;({ top, cluster } = here)
  await writeFile(join(top, 'plan.yaml'), PLAN)
})

// A whole build takes minutes, and on a busy host many.
const BUILD_MS = 2 * 3_600_000

/** Starts zsharness as a user of the cluster does. */
const start = (results: string, ...args: readonly string[]) =>
  execa(process.execPath, [CLI, ...args, '--explore', 'off', '--format', 'plain', '--results', join(top, results)], {
    cwd: top,
    env: { SLURM_CONF: cluster.conf },
    reject: false,
    stdin: 'ignore',
    all: true,
  })
const runIn = async (results: string): Promise<RunResult> =>
  JSON.parse(await readFile(join(top, results, 'latest/run.json'), 'utf8'))

/** What a cell says that does not depend on times, machines and luck. */
const lasting = (cell: CellResult) => {
  const {
    evidence: _,
    exposure,
    waitShare,
    timings,
    placed,
    holds,
    commands,
    findings,
    reason,
    oracles,
    ...rest
  } = cell
  const { cached: _c, compiled: _o, ...kernel } = rest.kernel
  // The same bug shows as one splat or another, and as one or two of them.
  const hasBug = findings.some(({ signature }) => signature)
  return { ...rest, kernel, found: null, hasBug, oracles: oracles.map(({ name }) => name) }
}
const lastingRun = (run: RunResult) => {
  const { plan, seed, verdict, exitCode, interrupted, accelerator, versions, amplified, confidence, expect: e } = run
  return {
    ...{ plan, seed, verdict, exitCode, interrupted, accelerator, versions, amplified, confidence, e },
    pairs: run.pairs.map(({ name, verdict: of }) => [name, of]),
    cells: run.cells.map(lasting),
  }
}

const noneLeft = () => until('no job is left', async () => (await cluster.ask('squeue', '-h')) === '', 30_000)

describe.skipIf(missing !== undefined)(`submitted${here.why}`, () => {
  test('four cells over two nodes are the same as on one machine, but for times and places', async () => {
    // Long enough that frees fall into windows also on a starved host: without any, a cell is inconclusive. How many do
    // is luck: with the least confidence, a few are as good a proof as many.
    const plan = ['matrix', 'plan.yaml', '--duration', '20s', '--confidence', '0.5']
    const alone = await start('alone', ...plan, '--run')
    // A build on four CPUs has a node for itself.
    const shared = await start('shared', ...plan, '--submit', 'slurm', '--jobs', '4')
    expect(shared.exitCode, shared.all).toBe(alone.exitCode)
    const [one, other] = [await runIn('alone'), await runIn('shared')]
    expect(lastingRun(other)).toEqual(lastingRun(one))
    expect(new Set(other.cells.map(({ placed }) => placed?.node))).toEqual(new Set(cluster.nodes))
    const reports = (names: readonly string[]) => names.filter((name) => !/^(workloads|explore)/.test(name)).sort()
    expect(reports(await readdir(join(top, 'shared/latest')))).toEqual(
      reports(await readdir(join(top, 'alone/latest'))),
    )
    await noneLeft()
  })

  test('fifteen boots and the death of a node: fifteen results with the right verdict', async () => {
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
  })
})
