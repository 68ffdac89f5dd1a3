// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import { flakyHistory, flakyScript } from '../testing/bisect/repo.ts'
import { until } from '../testing/slurm/daemon.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'
import { readJournal } from './journal/journal.ts'

const here = clusterOfFile('bisected', 2)
const { missing } = here
const LIMIT_MS = 600_000
const CLI = join(packageRoot, 'dist/cli.js')

test.skipIf(missing !== undefined)(
  `64 commits on two nodes, everything killed once: the culprit as alone${here.why}`,
  async () => {
    const started = performance.now()
    const { top, cluster } = here
    const { repo, good, culprit } = flakyHistory(join(top, 'repo'), 64, 41, [12, 30])
    const script = flakyScript(join(top, 'coin.sh'), 75)
    const start = ['--tree', `git:${repo.dir}#main`, '--good', good, '--script', script, '--format', 'plain']
    const bisect = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      execa(process.execPath, [CLI, 'bisect', ...args], { cwd: top, env, reject: false, stdin: 'ignore', all: true })
    const report = async (results: string) =>
      JSON.parse(await readFile(join(top, results, 'latest-bisect/report.json'), 'utf8'))

    const alone = await bisect([...start, '--results', join(top, 'alone')])
    const env = { SLURM_CONF: cluster.conf }
    const dir = join(top, 'shared/latest-bisect')
    const runs = async (): Promise<number> =>
      (await readJournal(dir).catch(() => [])).filter((one) => one.t === 'run' && one.run > 0).length
    const submitted = ['--submit', 'slurm', '--jobs', '1', '--results', join(top, 'shared')]
    const first = bisect([...start, ...submitted], env)
    await until('some runs', async () => (await runs()) >= 4 || first.exitCode !== null, LIMIT_MS)
    // Its jobs give answers before anything is resumed.
    expect(first.exitCode).toBeNull()
    first.kill('SIGKILL')
    await cluster.restartController(500)
    await first
    const second = bisect(['resume', dir, '--format', 'plain'], env)
    const before = await runs()
    await until('more runs', async () => (await runs()) > before || second.exitCode !== null, LIMIT_MS)
    await cluster.killNode('n1')
    const { exitCode, all } = await second
    expect([alone.exitCode, exitCode], all).toEqual([0, 0])
    expect((await report('alone')).culprit.id).toBe(culprit)
    expect((await report('shared')).culprit.id).toBe(culprit)
    const records = await readJournal(join(top, 'shared/latest-bisect'))
    const ran = records.flatMap((one) => (one.t === 'run' && one.run > 0 ? [`${one.commit} ${one.run}`] : []))
    expect(new Set(ran).size).toBe(ran.length)
    const nodes = records.flatMap((one) => (one.t === 'run' && one.placed ? [one.placed.node] : []))
    expect(new Set(nodes)).toEqual(new Set(['n1', 'n2']))
    process.stdout.write(
      `a bisection of 64 commits, alone and on two nodes: ${Math.round((performance.now() - started) / 1000)} s, ` +
        `${ran.length} runs on nodes, load ${loadavg()[0]!.toFixed(1)}\n`,
    )
  },
  3 * LIMIT_MS,
)
