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

const madeHistory = async (): Promise<History> => {
  const cache = cacheRoot()
  const context = { emit: () => undefined, signal: new AbortController().signal, scope: 'history' }
  await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache, context })
  const legs = legsOf(readingOn(await loadSeries('zsmalloc-deferred-handles'), tree.meta.version))
  await using before = await unfolded(cache, await obtainSource(tree, legs.before, { cache, context }), scratch)
  await using after = await unfolded(cache, await obtainSource(tree, legs.after, { cache, context }), scratch)
  const unfixed = await readFile(join(before.dir, 'mm/zsmalloc.c'), 'utf8')
  return await makeHistory(join(scratch, 'linux'), after.dir, unfixed)
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zsharness-history-'))
  history = await madeHistory()
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

test('the history has 64 commits', () => expect(history.commits).toBe(64))

// One second without the race module shows the race in more than half of the boots, but not in all.
const FLAKY = ['--lane', 'race', '--no-amplify', '--duration', '1s', '--symptom', 'signature', '--format', 'plain']

test.each(['x86_64', 'arm64'])('bisect finds the commit with the race on %s, with at most 12 kernels', async (arch) => {
  const ends = ['--tree', `git:${history.dir}#main`, '--good', history.good, '--no-base']
  const results = join(scratch, arch)
  const ended = await cli(['bisect', ...ends, ...FLAKY, '--arch', arch, '--results', results])
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
  const report = JSON.parse(await readFile(join(results, 'latest-bisect/report.json'), 'utf8')) as BisectReport
  process.stdout.write(`\n${plainReport(report)}\n`)
  expect(report.culprit?.id).toBe(history.culprit)
  expect(report.culprit?.probability).toBeGreaterThanOrEqual(0.99)
  expect(report.proof?.verdict).toBe('proven')
  expect(report.kernels).toBeLessThanOrEqual(12)
})

test('git bisect run finds it too', async () => {
  const git = (...args: string[]) => execa('git', args, { cwd: history.dir, all: true, reject: false })
  await git('bisect', 'start', '--no-checkout', 'main', history.good)
  const step = [process.execPath, join(packageRoot, 'dist/cli.js'), 'bisect', 'step']
  const { all } = await git('bisect', 'run', ...step, ...FLAKY, '--hit-rate', '0.5')
  expect(all).toContain(`${history.culprit} is the first bad commit`)
})
