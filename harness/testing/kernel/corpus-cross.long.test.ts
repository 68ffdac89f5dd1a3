// SPDX-License-Identifier: MIT
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { listCorpus } from '../../inputs/series/load.ts'
import { paths } from '../../lib/paths.ts'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-cross-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const LANES = 'race,pump,restore,shrinker,redirty,reuse,policy,switch,zram,shared,control,kswapd,hotplug,enable'
const COMMON = ['--run', '--arch', 'x86_64', '--explore', 'off', '--amplify', 'off', '--runs', '1', '--format', 'plain']

test('no lane of the corpus finds anything where the bugs are fixed', async () => {
  const results = join(root, 'after')
  await cli(['matrix', 'corpus', ...COMMON, '--leg', 'after', '--lane', LANES, '--results', results])
  const run = await latestRun(results)
  expect(run.cells.length).toBeGreaterThan(30)
  const bad = run.cells.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => `${id}: ${reason}`)
  expect(bad, await outcomeOf(results, run)).toEqual([])
})

/** A copy of a series that says nothing of how its bug is to be met, but its config. */
const withoutSettings = async (name: string): Promise<string> => {
  const dir = join(root, 'series', `unaided-${name}`)
  await cp(join(paths.patches, name), dir, { recursive: true })
  const doc = parseDocument(await readFile(join(dir, 'series.yaml'), 'utf8'))
  const configs = doc.getIn(['corpus', 'configs']) ?? doc.getIn(['settings', 'configs'])
  for (const key of ['settings', 'hold']) doc.delete(key)
  const variants = (doc.toJS() as { variants?: readonly object[] }).variants ?? []
  for (const index of variants.keys()) doc.deleteIn(['variants', index, 'hold'])
  if (configs !== undefined) doc.setIn(['corpus', 'configs'], configs)
  await writeFile(join(dir, 'series.yaml'), doc.toString())
  return dir
}

test('the default lanes alone, without the settings of any series, catch some of the bugs', async () => {
  const results = join(root, 'before')
  await mkdir(results)
  const series = await Promise.all((await listCorpus()).map(withoutSettings))
  await cli(['matrix', 'corpus', ...COMMON, '--leg', 'before', '--series', series.join(','), '--results', results])
  const run = await latestRun(results)
  const outcome = await outcomeOf(results, run)
  expect(run.cells.length).toBeGreaterThan(30)
  expect(
    run.cells.filter(({ verdict }) => verdict === 'error'),
    outcome,
  ).toEqual([])
  const caught = run.cells.filter(({ verdict }) => verdict === 'fail')
  const list = caught.map(({ id, findings }) => `  ${id}: ${findings[0]?.title}\n`)
  process.stderr.write(`${caught.length} of ${run.cells.length} caught without settings:\n${list.join('')}`)
  expect(caught.length, outcome).toBeGreaterThan(0)
})
