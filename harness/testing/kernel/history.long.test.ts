// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BisectReport } from '../../bisect/report/model.ts'
import { plainReport } from '../../bisect/report/text.ts'
import { legsOf, readingOn } from '../../inputs/series/legs.ts'
import { loadSeries } from '../../inputs/series/load.ts'
import { obtainSource } from '../../inputs/series/source.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { cacheRoot, packageRoot } from '../../lib/paths.ts'
import { cli } from '../cli.ts'
import { type History, makeHistory } from '../history.ts'
import { unfolded } from '../stored.ts'

let scratch: string
let history: History

/** The history of a tree in which a file loses the fix of a series. */
const madeHistory = async (spec: string, series: string, path: string): Promise<History> => {
  const cache = cacheRoot()
  const context = { emit: () => undefined, signal: new AbortController().signal, scope: 'history' }
  await using tree = await obtainTree(parseTreeSpec(spec), { cache, context })
  const legs = legsOf(readingOn(await loadSeries(series), tree.meta.version))
  await using before = await unfolded(cache, await obtainSource(tree, legs.before, { cache, context }), scratch)
  await using after = await unfolded(cache, await obtainSource(tree, legs.after, { cache, context }), scratch)
  return await makeHistory(join(scratch, series), after.dir, path, await readFile(join(before.dir, path), 'utf8'))
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zsharness-history-'))
  history = await madeHistory('debian:6.1', 'zsmalloc-deferred-handles', 'mm/zsmalloc.c')
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

const bisect = async (of: History, args: readonly string[], name: string): Promise<BisectReport> => {
  const results = join(scratch, `results-${name}`)
  const ends = ['--tree', `git:${of.dir}#main`, '--good', of.good, '--no-base']
  const ended = await cli(['bisect', ...ends, ...args, '--format', 'plain', '--results', results])
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  const report = JSON.parse(await readFile(join(results, 'latest-bisect/report.json'), 'utf8')) as BisectReport
  process.stdout.write(`\n${plainReport(report)}\n`)
  expect(report.culprit?.id).toBe(of.culprit)
  expect(report.culprit?.probability).toBeGreaterThanOrEqual(0.99)
  expect(report.proof?.verdict).toBe('proven')
  return report
}

test('the history has 64 commits', () => expect(history.commits).toBe(64))

// One second without the race module shows the race in more than half of the boots, but not in all.
const FLAKY = ['--lane', 'race', '--no-amplify', '--duration', '1s', '--symptom', 'signature']

test.each(['x86_64', 'arm64'])('bisect finds the commit with the race on %s, with at most 12 kernels', async (arch) => {
  const report = await bisect(history, [...FLAKY, '--arch', arch], arch)
  expect(report.kernels).toBeLessThanOrEqual(12)
})

test('bisect finds the commit that loses data on 6.12, without any splat', async () => {
  const silent = await madeHistory('debian:6.12', 'zswap-stale-entry', 'mm/zswap.c')
  await bisect(silent, ['--lane', 'redirty', '--symptom', 'lost-data'], '6.12')
})

test('git bisect run finds it too', async () => {
  const git = (...args: string[]) => execa('git', args, { cwd: history.dir, all: true, reject: false })
  await git('bisect', 'start', '--no-checkout', 'main', history.good)
  const step = [process.execPath, join(packageRoot, 'dist/cli.js'), 'bisect', 'step']
  const { all } = await git('bisect', 'run', ...step, ...FLAKY, '--format', 'plain', '--hit-rate', '0.5')
  expect(all).toContain(`${history.culprit} is the first bad commit`)
})
