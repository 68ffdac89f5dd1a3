// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { lookUpSeries, resolveTrees } from '../commands/shared/resolve.ts'
import { patchSeriesFromFiles } from '../inputs/series/load.ts'
import { UsageError } from '../model/errors.ts'
import type { Event } from '../model/events.ts'
import type { RunResult } from '../model/results.ts'
import { writeFakeTree } from '../testing/fake-tree.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import { executeRun } from './execute.ts'
import { patchesOfRun } from './kept.ts'
import { mergeShards } from './merge.ts'
import { planPairs } from './plan/pairs.ts'
import type { RunRequest } from './request.ts'
import { NO_ADDITIONS, type RunSettings } from './settings.ts'

vi.mock('./machines.ts', async (real) => ({
  ...(await real<object>()),
  // Probing them takes QEMU and a compiler.
  machinesFor: async () => ({ accelerators: { x86_64: 'tcg' }, hostTicksKHz: 1 }),
}))

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-plan-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const settingsIn = (name: string): RunSettings => ({
  patchFiles: [],
  extraPatchFiles: [],
  lanes: [],
  durationS: null,
  jobs: 1,
  resultsDir: join(root, name),
  cache: join(root, 'cache'),
  amplify: true,
  seed: '1',
  canary: null,
  checks: [],
  added: NO_ADDITIONS,
})
const at = { series: 'zsmalloc-deferred-handles', arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
// None of these trees exists.
const pairs = planPairs(
  ['dir:/no/such/tree', 'tar:/no/such.tar'].flatMap((tree) =>
    ['zpool-on', 'zpool-off'].map((config) => ({ ...at, tree, config })),
  ),
  1,
)
const planned = { name: 'p', shard: null, cells: pairs.flatMap(({ cells }) => cells.map(({ id }) => id)), leftOut: {} }
const gcc = { prefix: '', cc: 'gcc', llvm: false, version: 'gcc 12' }
const resolved = {
  trees: resolveTrees(pairs.map(({ tree }) => tree)),
  series: await lookUpSeries([at.series]),
  extraPatches: [],
  toolchains: new Map([['x86_64', gcc]] as const),
}
const requestIn = (name: string, part: Partial<RunRequest> = {}): RunRequest => ({
  pairs,
  resolved,
  settings: settingsIn(name),
  command: ['zsharness', 'matrix', '--run'],
  terms: DEFAULT_TERMS,
  planned,
  tolerant: true,
  compare: async () => null,
  ...part,
})
const context = () => {
  const events: Event[] = []
  return { events, emit: (event: Event) => void events.push(event), signal: new AbortController().signal }
}
const onDisk = async (dir: string): Promise<RunResult> => JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'))

/** A run without the fields that differ from one run to the next. */
const timeless = (run: RunResult): object => ({
  ...run,
  id: '',
  startedAt: '',
  durationMs: 0,
  command: [],
  cells: run.cells.map((cell) => ({ ...cell, timings: null })),
})

describe('a plan that cannot be built', () => {
  test('reports an error for each cell, in order', async () => {
    const { dir, run } = await executeRun(requestIn('all'), context())
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 3, interrupted: false, plan: planned })
    expect(run.cells.map(({ id }) => id)).toEqual(planned.cells)
    for (const cell of run.cells)
      expect(cell).toMatchObject({ verdict: 'error', reason: expect.stringContaining('/no/such') })
    expect(run.pairs).toHaveLength(4)
    expect({ ...(await onDisk(dir)), durationMs: 0 }).toEqual({ ...run, durationMs: 0 })
    expect(await readFile(join(dir, 'summary.md'), 'utf8')).toContain('/no/such')
  })

  test('gives the same result in two merged shards, except for times', async () => {
    const whole = await executeRun(requestIn('whole'), context())
    const shards: string[] = []
    for (const [index, part] of [pairs.slice(0, 1), pairs.slice(1)].entries()) {
      const plan = requestIn(`shard${index}`, { pairs: part, planned: { ...planned, shard: `${index + 1}/2` } })
      shards.push((await executeRun(plan, context())).dir)
    }
    const merged = await mergeShards(shards.reverse(), join(root, 'merged'))
    expect(timeless(merged.run)).toEqual(timeless(whole.run))
    expect(merged.run.plan).toEqual(planned)
  })

  test('is interrupted when a shard is missing', async () => {
    const { dir } = await executeRun(requestIn('one', { pairs: pairs.slice(0, 1) }), context())
    const { run } = await mergeShards([dir], join(root, 'lacking'))
    expect(run).toMatchObject({ interrupted: true, exitCode: 130 })
    expect(run.notes[0]).toMatch(/^6 planned cells are in no shard: /)
  })

  test('succeeds for an empty shard', async () => {
    const { run } = await executeRun(requestIn('empty', { pairs: [] }), context())
    expect(run).toMatchObject({ verdict: 'inconclusive', exitCode: 0, cells: [], plan: planned })
  })
})

test('a run that is not tolerant rejects a bad tree before it starts', async () => {
  const run = executeRun(requestIn('run', { tolerant: false }), context())
  await expect(run).rejects.toBeInstanceOf(UsageError)
  await expect(readFile(join(root, 'run/latest/run.json'))).rejects.toThrow('ENOENT')
})

test('an interrupted plan leaves a run that is marked as interrupted', async () => {
  const controller = new AbortController()
  const emit = (event: Event): void => {
    if (event.type === 'cell') controller.abort()
  }
  const run = executeRun(requestIn('cut'), { emit, signal: controller.signal })
  await expect(run).rejects.toThrow(/interrupted; partial results/)
  const left = await onDisk(join(root, 'cut/latest'))
  expect(left).toMatchObject({ interrupted: true, exitCode: 130 })
  expect(left.cells.length).toBeLessThan(planned.cells.length)
})

test('two shards of a folder that changed in between are not one run', async () => {
  const dir = join(root, 'linux')
  writeFakeTree(dir)
  const places = (config: string) => planPairs([{ ...at, tree: `dir:${dir}`, config }], 1)
  const shardOf = async (config: string) => {
    const trees = resolveTrees([`dir:${dir}`])
    const given = await patchSeriesFromFiles([join(root, 'own.patch')])
    const own = { ...given, name: at.series, patches: given.patches.map((patch) => ({ ...patch, file: '-' })) }
    const series = new Map([[at.series, { value: own }]])
    const request = { pairs: places(config), resolved: { ...resolved, trees, series }, planned: null }
    return executeRun(requestIn(config, request), context())
  }
  await writeFile(join(root, 'own.patch'), '--- /dev/null\n+++ b/mm/own.c\n@@ -0,0 +1 @@\n+int own;\n')
  const first = await shardOf('zpool-on')
  expect(first.run.cells.map(({ inputs }) => inputs)).toMatchObject([
    { treeKey: expect.stringMatching(/^[0-9a-f]{16}$/), patches: [], toolchain: 'gcc 12' },
    { patches: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
  ])
  expect(await patchesOfRun(first.dir)('-')).toMatchObject([{ text: expect.stringContaining('int own;') }])
  await writeFile(join(dir, 'mm/zsmalloc.c'), 'int changed;\n')
  const second = await shardOf('zpool-off')
  await expect(mergeShards([first.dir, second.dir], join(root, 'merged'))).rejects.toThrow(
    `differ in the sources of dir:${dir}`,
  )
})

test('a patch that the tree has already is taken out of before, and the run says so once', async () => {
  const dir = join(root, 'has-it')
  writeFakeTree(dir, { 'mm/has.c': 'int own;\n' })
  await writeFile(join(root, 'has.patch'), '--- /dev/null\n+++ b/mm/has.c\n@@ -0,0 +1 @@\n+int own;\n')
  const series = new Map([['has', { value: await patchSeriesFromFiles([join(root, 'has.patch')]) }]])
  const own = planPairs([{ ...at, series: 'has', tree: `dir:${dir}`, config: 'zpool-on' }], 1)
  const to = context()
  const request = { pairs: own, resolved: { ...resolved, trees: resolveTrees([`dir:${dir}`]), series }, planned: null }
  const { run } = await executeRun(requestIn('has', request), to)
  const [sha] = (series.get('has')!.value.patches ?? []).map(({ sha256 }) => sha256)
  const reading = { state: 'already-applied', by: 'text', basesInTree: false }
  expect(run.cells.map(({ leg, inputs }) => [leg, inputs?.patches, inputs?.reading])).toEqual([
    ['before', [`-${sha}`], reading],
    ['after', [], reading],
  ])
  const note = `dir:${dir}: by its text, not by its version, has is in the tree already: before has has.patch taken out`
  expect(run.notes).toContain(note)
  expect(to.events.filter((event) => event.type === 'note' && event.text === note)).toHaveLength(1)
})
