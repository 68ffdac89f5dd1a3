// SPDX-License-Identifier: MIT
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CellResult, RunResult } from '../model/results.ts'
import { submittingTo } from '../testing/slurm/submitting.ts'

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

const { here, start, runIn, noneLeft } = submittingTo('submitted')
const { missing } = here

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

test.skipIf(missing !== undefined)(
  `four cells over two nodes are the same as on one machine, but for times and places${here.why}`,
  async () => {
    const { top, cluster } = here
    await writeFile(join(top, 'plan.yaml'), PLAN)
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
  },
)
