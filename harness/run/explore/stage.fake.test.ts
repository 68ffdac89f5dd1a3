// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Series } from '../../inputs/series/model.ts'
import { noSeries } from '../../inputs/series/none.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { acquireLock } from '../../lib/locks/lock.ts'
import { roomFolder } from '../../lib/locks/room.ts'
import type { Event } from '../../model/events.ts'
import { run as runSchema } from '../../model/results.ts'
import { endLine, failureLine, planLine, scenarioLine } from '../../testing/explore/lines.ts'
import { installExploreMake } from '../../testing/explore/make.ts'
import { writeFakeTree } from '../../testing/fake-tree.ts'
import { runningWith } from '../../testing/processes.ts'
import { aRun } from '../../testing/runs.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import { RunInProgress } from '../inprogress.ts'
import { prepareInputs } from '../inputs.ts'
import { planPairs } from '../plan/pairs.ts'
import { type RunRequest, resolvedOne } from '../request.ts'
import { NO_ADDITIONS } from '../settings.ts'
import type { RunState } from '../state.ts'
import { ExploreStage } from './stage.ts'

// make, the compiler and the explorer are shell scripts here: see testing/explore/. They have no lines of a patch that
// could have run, so one leg is explored at a time.

// On a busy host the lowest priority is next to nothing.
vi.mock('../../lib/process/background.ts', () => ({
  LOW: 5,
  LOWEST: 19,
  atNiceness: (_nice: number, work: () => unknown) => work(),
  inForeground: (work: () => unknown) => work(),
  atPriority: (argv: unknown) => argv,
}))

let top: string
const at = (...names: string[]): string => join(top, ...names)

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-stage-'))
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`)
  writeFakeTree(at('tree'), { 'mm/Kconfig': '', 'mm/zswap.c': 'int a;\n', 'mm/zpool.c': '', 'mm/swap.c': 'int a;\n' })
  await mkdir(at('guest'))
  await writeFile(at('guest/Makefile'), '# scripts\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(top, { recursive: true, force: true })
})

const seriesOf = (file: string): Series => ({
  ...noSeries,
  name: 'fix',
  patches: [
    {
      ...{ file: 'fix.patch', subject: 'fix', sha256: 'f'.repeat(64), firstLine: 0, reverse: false },
      text: `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-int a;\n+int b;\n`,
    },
  ],
})

interface Asked {
  readonly file?: string
  readonly budgetMs?: number
  readonly off?: boolean
  /** The kernels are from a store: no file of the tree is here. */
  readonly noTree?: boolean
  readonly signal?: AbortSignal
}

let runs = 0
/** Does something with the stage of a run that has nothing else to do. */
const withStage = async (
  {
    file = 'mm/zswap.c',
    budgetMs = 120_000,
    off = false,
    noTree = false,
    signal = new AbortController().signal,
  }: Asked,
  use: (stage: ExploreStage) => Promise<void> = (stage) => stage.finish(),
) => {
  const tree = parseTreeSpec(`dir:${at('tree')}`)
  const series = seriesOf(file)
  const toolchain = { prefix: '', cc: 'cc', llvm: false, version: 'toy' }
  const place = { tree: tree.text, series: 'fix', arch: 'x86_64', config: 'zpool-on', profile: 'kasan' } as const
  const pairs = planPairs([{ ...place, legs: ['after'] }], 1)
  const request: RunRequest = {
    pairs,
    resolved: resolvedOne(tree, series, { extraPatches: [], toolchains: new Map([['x86_64', toolchain]]) }),
    settings: {
      ...{ patchFiles: [], extraPatchFiles: [], lanes: [], durationS: null, jobs: 1, amplify: true, seed: '1' },
      ...{ resultsDir: at('results'), cache: at('cache'), canary: null, checks: [], added: NO_ADDITIONS },
    },
    ...{ terms: DEFAULT_TERMS, command: ['run'], planned: null, tolerant: false, compare: async () => null },
    explore: off
      ? undefined
      : { budgetMs, toolchain: { value: toolchain }, scenarios: [], plan: pairs, sources: at('guest') },
  }
  const dir = at('results', `${runs++}`)
  await mkdir(dir, { recursive: true })
  const events: Event[] = []
  const emit = (event: Event) => void events.push(event)
  const spentOn = () => () => undefined
  await using prepared = await prepareInputs(request, { emit, signal, spentOn })
  const [one] = prepared.all
  const bare = { ...one!, tree: { ...one!.tree, meta: { ...one!.tree.meta, listing: '' } } }
  const inputs = noTree ? { ...prepared, all: [bare], find: () => bare, of: () => bare } : prepared
  const { verdict: _, exitCode: __, ...base } = aRun()
  const progress = new RunInProgress(dir, base, [], [])
  const state = { request, progress, inputs, emit, signal, spentOn, pairs: new Map() } as unknown as RunState
  await use(new ExploreStage(state))
  const run = progress.result(false)
  expect(runSchema.parse(run).explorations).toEqual(run.explorations)
  const left = await readdir(dir).catch(() => [])
  return { run, events, left, explorations: run.explorations }
}

const notes = (events: readonly Event[], level: 'info' | 'warning') =>
  events.flatMap((event) => (event.type === 'note' && event.level === level ? [event.text] : []))
const ends = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'cell' ? [`${event.scope} ${event.verdict} ${event.aside}`] : []))

const CLEAN = [planLine(['a', 'b']), scenarioLine('a', 1), scenarioLine('b', 1), endLine()]
const FAILING = [planLine(['a', 'b']), scenarioLine('a', 0, false), failureLine('a'), endLine('stopped')]

test('the answer is evidence of the run, and is found again by the next one', async () => {
  await installExploreMake(at('bin'), { lines: CLEAN })
  const first = await withStage({})
  expect(first.explorations).toMatchObject([{ status: 'inconclusive', bound: 1, cached: false, path: 'explore' }])
  expect(ends(first.events)).toEqual(['explore-zpool-on inconclusive true'])
  expect(first.left).toContain('explore')
  const second = await withStage({})
  expect(second.explorations).toMatchObject([{ bound: 1, cached: true, path: 'explore' }])
  expect(second.events.some((event) => event.type === 'cell' && event.text.includes('(from the cache)'))).toBe(true)
  expect(await readdir(at('results', `${runs - 1}`, 'explore'))).toContain('explore.html')
})

test('an answer that cannot be kept is an answer', async () => {
  await installExploreMake(at('bin'), { lines: CLEAN })
  await mkdir(at('cache'), { recursive: true })
  await writeFile(at('cache/answers'), 'no folder')
  const { explorations, events } = await withStage({})
  expect(explorations).toMatchObject([{ status: 'inconclusive', bound: 1, path: 'explore' }])
  expect(notes(events, 'warning').join()).toContain('answer is not kept')
})

test('without it, and for a patch elsewhere, nothing is said', async () => {
  await installExploreMake(at('bin'), { lines: CLEAN })
  for (const asked of [{ off: true }, { file: 'mm/swap.c' }]) {
    const { explorations, events, left } = await withStage(asked)
    expect([explorations, events.filter(({ type }) => type === 'cell'), left]).toEqual([[], [], []])
  }
})

test('kernels from a store are not explored, and the run says why', async () => {
  const { explorations } = await withStage({ noTree: true })
  expect(explorations).toMatchObject([
    {
      status: 'not-explored',
      reason: expect.stringContaining('the kernels are from the store, and the sources are not'),
    },
  ])
  expect((await withStage({ noTree: true, file: 'drivers/a.c' })).explorations).toEqual([])
})

test('a failure that only the model shows warns, and makes no verdict', async () => {
  await installExploreMake(at('bin'), { lines: FAILING })
  const { run, events } = await withStage({})
  expect(run.explorations).toMatchObject([{ status: 'inconclusive', failures: [{ leg: 'after', scenario: 'a' }] }])
  expect(ends(events)).toEqual(['explore-zpool-on inconclusive false'])
  expect(notes(events, 'warning').join()).toContain('found in the model, not confirmed on a booted kernel')
  const { verdict, exitCode } = (await withStage({ off: true })).run
  expect(run).toMatchObject({ verdict, exitCode })
})

test('a kernel that cannot be explored has one line', async () => {
  await installExploreMake(at('bin'), { refuse: ['cannot explore this kernel: it needs zs_new()'] })
  const { explorations, events } = await withStage({})
  expect(explorations).toMatchObject([{ status: 'not-explored', reason: expect.stringContaining('zs_new()') }])
  expect(ends(events)).toEqual(['explore-zpool-on not explored true'])
})

describe('what fails changes no verdict', () => {
  test.each([
    ['a defect of the explorer', { lines: [planLine(['a', 'b']), '@err no memory', '@exit 3'] }, 'exited with 3'],
    ['nonsense', { lines: ['x'] }, 'not JSON'],
  ])('%s', async (_, lines, why) => {
    await installExploreMake(at('bin'), lines)
    const { run, events } = await withStage({})
    expect(run.explorations).toMatchObject([{ status: 'not-explored', reason: expect.stringContaining(why) }])
    const warnings = notes(events, 'warning').filter((text) => text.includes('changes no verdict'))
    expect(warnings).toHaveLength(1)
    expect(run).toMatchObject(
      (({ verdict, exitCode }) => ({ verdict, exitCode }))((await withStage({ off: true })).run),
    )
  })
})

describe('it holds nobody up', () => {
  const WAITING = { lines: [planLine(['a', 'b']), '@wait'] }

  test('the run waits for its budget, then stops it', async () => {
    await installExploreMake(at('bin'), WAITING)
    const { explorations, events, left } = await withStage({ budgetMs: 1_500 })
    expect(explorations).toMatchObject([{ status: 'not-explored', reason: expect.stringContaining('boots were done') }])
    expect(notes(events, 'info')).toContainEqual(expect.stringContaining('waiting for the exploration, at most 1.5 s'))
    expect(notes(events, 'warning')).toEqual([])
    expect(left).not.toContain('explore')
    expect(runningWith(top)).toEqual([])
  })

  test('an interrupt ends it at once, and nothing is left', async () => {
    await installExploreMake(at('bin'), WAITING)
    const { events, explorations } = await withStage({ signal: AbortSignal.timeout(1_500) }, async (stage) => {
      await new Promise((resolve) => setTimeout(resolve, 1_600))
      await stage[Symbol.asyncDispose]()
    }).catch(() => ({ events: [], explorations: [] }))
    expect([notes(events, 'warning'), explorations]).toEqual([[], []])
    expect(runningWith(top)).toEqual([])
  })

  test('of two runs on a host, the second waits for the first, and not for longer than its budget', async () => {
    await installExploreMake(at('bin'), { lines: CLEAN })
    await using _other = await acquireLock(join(await roomFolder(), 'explore.lock'))
    const { explorations, events } = await withStage({ budgetMs: 1_000 })
    expect(notes(events, 'info')).toContain('waiting: another run is exploring')
    expect(explorations).toMatchObject([{ status: 'not-explored' }])
  })
})
