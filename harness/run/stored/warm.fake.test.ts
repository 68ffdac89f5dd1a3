// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { jsonOf } from '../../bundle/model.ts'
import { FILE } from '../../bundle/names.ts'
import type { Patch, Series } from '../../inputs/series/model.ts'
import type { BuildOptions } from '../../kernel/kernel.ts'
import { HostError } from '../../model/errors.ts'
import type { Event } from '../../model/events.ts'
import type { CellResult, LegName, RunResult } from '../../model/results.ts'
import { storePlace } from '../../store/place.ts'
import { bundleFiles, packParts, partsOf } from '../../testing/bundles.ts'
import { anObject } from '../../testing/elf.ts'
import { observe } from '../../testing/guest.ts'
import { type StoreServer, startStoreServer } from '../../testing/store-server.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import type { Booted, BootInputs } from '../boot.ts'
import type { LegToBundle } from '../bundled/make.ts'
import { executeRun } from '../execute.ts'
import type { PairInputs } from '../inputs.ts'
import { type CellPlan, type PairPlan, planPairs } from '../plan/pairs.ts'
import type { RunRequest } from '../request.ts'
import { NO_ADDITIONS } from '../settings.ts'

interface Fake {
  root: string
  /** Pairs whose trees were prepared, and legs that were built. */
  prepared: string[]
  builds: string[]
  identity: () => string | undefined
  tree: string
  held: number
  code: string
  readonly packed: Map<string, ReturnType<typeof packParts>>
}

const fake = vi.hoisted((): Fake => ({ prepared: [], builds: [], held: 0, packed: new Map() }) as unknown as Fake)

// A build, a boot and a bundle of a real kernel take a compiler and QEMU.
vi.mock('../inputs.ts', () => ({
  prepareInputs: async ({ pairs }: RunRequest) => {
    fake.prepared.push(...pairs.map(({ id }) => id))
    const find = (place: Pick<PairPlan, 'tree' | 'series'>) =>
      pairs.some(({ tree, series }) => tree === place.tree && series === place.series) ? realInputs() : undefined
    return { all: pairs.map(realInputs), notes: [], find, of: find, [Symbol.asyncDispose]: async () => undefined }
  },
}))
vi.mock('../kernels.ts', async (real) => ({
  ...(await real<object>()),
  kernelOf: async (_inputs: unknown, plan: CellPlan, _toolchain: unknown, { logFile }: BuildOptions) => {
    fake.builds.push(plan.leg)
    await writeFile(logFile, 'log')
    return kernelFor(plan.leg)
  },
  filesOfLeg: () => (use: (dir: string) => unknown) => use(join(fake.root, 'kernels/before/src')),
}))
vi.mock('../bundled/make.ts', () => ({
  makeBundle: async ({ plan: { leg, config }, made, request }: LegToBundle) => {
    const parts = partsOf(leg)
    const own = { ...parts, cell: { ...parts.cell, config }, boot: { ...parts.boot, request: { ...request } } }
    const files = filesOf(leg, bundleFiles(own as never))
    const all = [...files, { path: FILE.made, data: Buffer.from(jsonOf(made)) }]
    const text = JSON.stringify([own, made])
    // Each takes a thread, and the tests make the same few again and again.
    const packed = fake.packed.get(text) ?? packParts(own as never, all)
    fake.packed.set(text, packed)
    return packed
  },
}))
vi.mock('../machines.ts', async (real) => ({
  ...(await real<object>()),
  machinesFor: async () => ({ accelerators: { x86_64: 'tcg' }, hostTicksKHz: 1 }),
}))
vi.mock('../boot.ts', () => ({ bootCell: async ({ lanes }: BootInputs): Promise<Booted> => booted(lanes) }))
vi.mock('../../inputs/tree/tree.ts', () => ({
  identifyTree: async () => fake.identity(),
  identityOf: () => fake.tree,
}))
vi.mock('../../guest/init.ts', async (real) => ({
  ...(await real<object>()),
  obtainInit: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
}))
vi.mock('../../lib/owncode.ts', () => ({ ownCode: async () => fake.code }))

const OPTIONS = 'CONFIG_ZSMALLOC=y\nCONFIG_ZRAM=y\n'
const filesOf = (_leg: LegName, files: ReturnType<typeof bundleFiles>) =>
  files.map((file) => (file.path === FILE.config ? { ...file, data: Buffer.from(OPTIONS) } : file))

const patch: Patch = { ...partsOf('after').series.patches[0]!, file: '/here/0001-zsmalloc-fix.patch' }
const { legs: _l, state: _s, by: _b, basesInTree: _i, maintainers: _m, ...read } = partsOf('after').series
const series = { ...read, dir: '/here', patches: [patch], variants: [], bases: new Map() } as unknown as Series

const realInputs = (): PairInputs => ({
  place: { tree: 'debian:6.1', series: 'toy' },
  series,
  legs: { before: [], after: [patch] },
  tree: {
    ...{ dir: '/tree', cached: true, [Symbol.asyncDispose]: async () => undefined },
    meta: { spec: 'debian:6.1', version: '6.1.192', origin: 'here', key: 'tree', listing: 'listing' },
  },
  treeMs: 0,
  settled: { series, state: 'applies', by: 'version', basesInTree: false, required: [], bases: [] },
  kconfig: [],
})

const kernelFor = async (leg: LegName) => {
  const dir = join(fake.root, 'kernels', leg)
  for (const { path, data } of filesOf(leg, bundleFiles(partsOf(leg)))) {
    mkdirSync(join(dir, path, '..'), { recursive: true })
    writeFileSync(join(dir, path), data)
  }
  mkdirSync(join(dir, 'src/o/mm'), { recursive: true })
  writeFileSync(join(dir, 'src/o/mm/zsmalloc.o'), anObject(100))
  writeFileSync(join(dir, 'src/o/mm/.built-in.a.cmd'), 'cmd_mm/built-in.a := printf "mm/%s " zsmalloc.o | xargs ar\n')
  fake.held++
  const meta = { ...partsOf(leg).build.meta, compiled: 7 }
  return { dir, cached: false, meta, [Symbol.asyncDispose]: async () => void fake.held-- }
}

const booted = (lanes: BootInputs['lanes']): Booted => {
  const { patchLines: _, ...observation } = observe({
    hello: { zswap: null },
    lanes: lanes.map(({ name }) => ({ lane: name, laneEnd: { zswap: null } })),
  })
  return { observation, argv: ['qemu'], waitShare: 0.1, bootMs: 5, lanesMs: 6 }
}

let server: StoreServer
beforeEach(async () => {
  fake.root = await mkdtemp(join(tmpdir(), 'zsharness-warm-'))
  Object.assign(fake, { prepared: [], builds: [], held: 0, identity: () => 'deb 1', tree: 'deb 1', code: 'code' })
  server = await startStoreServer()
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  expect(fake.held).toBe(0)
  await rm(fake.root, { recursive: true, force: true })
})

const gcc = { prefix: '', cc: 'gcc', llvm: false, version: 'gcc 12' }
const at = { tree: 'debian:6.1', series: 'toy', arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
const pairsOf = (configs: readonly string[]) =>
  planPairs(
    configs.map((config) => ({ ...at, config })),
    1,
  )

let count = 0
interface Ran {
  readonly run: RunResult
  readonly events: readonly Event[]
  readonly prepared: readonly string[]
  readonly builds: readonly string[]
}

/** A run with an empty cache, as on a new machine. */
const execute = async (where: string | null, part: Partial<RunRequest> = {}, seed = '1'): Promise<Ran> => {
  const dir = join(fake.root, `run${count++}`)
  const events: Event[] = []
  fake.prepared = []
  fake.builds = []
  const request: RunRequest = {
    pairs: pairsOf(['zpool-on']),
    resolved: {
      trees: new Map([['debian:6.1', { kind: 'debian', text: 'debian:6.1', release: '6.1' }]]),
      series: new Map([['toy', { value: series }]]),
      ...{ extraPatches: [], toolchains: new Map([['x86_64', gcc]]) },
    },
    settings: {
      ...{ lanes: [], durationS: null, amplify: false, seed, canary: null, checks: [], jobs: 1 },
      ...{ resultsDir: join(dir, 'results'), cache: join(dir, 'cache'), patchFiles: [], extraPatchFiles: [] },
      store: where === null ? null : storePlace('--store', where),
      added: NO_ADDITIONS,
    },
    ...{ command: ['zsharness'], terms: DEFAULT_TERMS, planned: null, tolerant: false, compare: async () => null },
    ...part,
  }
  const { run } = await executeRun(request, {
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
  })
  return { run, events, prepared: fake.prepared, builds: fake.builds }
}

const BOTH = ['before', 'after']
const ID = 'x86_64-zpool-on-kasan'
const lasting = (run: RunResult) =>
  run.cells.map(({ timings: _t, waitShare: _w, bundle: _u, kernel, objects: _o, ...cell }: CellResult) => ({
    ...cell,
    kernel: { ...kernel, cached: true, compiled: 0 },
  }))

test('the kernels of one run are those of the next, which prepares no tree and builds nothing', async () => {
  const alone = await execute(null)
  const first = await execute(server.url)
  expect([first.builds.toSorted(), first.run.notes]).toEqual([BOTH.toSorted(), []])
  const second = await execute(server.url, {}, '9')
  expect([second.prepared, second.builds]).toEqual([[], []])
  expect(second.run.notes).toEqual([`2 kernels are from the store ${server.url}`])
  expect(second.run.cells.map(({ bundle }) => bundle?.sha256)).toEqual([
    expect.stringMatching(/^[0-9a-f]{64}$/),
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ])
  // The settings are those of the run, and not of the one that built the kernels.
  expect(second.run.cells.map(({ request }) => request?.seed)).toEqual(['9', '9'])
  const third = await execute(server.url)
  expect(lasting(third.run)).toEqual(lasting(alone.run))
  expect(third.run.verdict).toBe(alone.run.verdict)
})

test('the legs that were built together decide a bundle', async () => {
  await execute(server.url)
  const one = planPairs([{ ...at, config: 'zpool-on', legs: ['after'] }], 1)
  // Without its before leg, the bundle of the after leg is another one.
  expect((await execute(server.url, { pairs: one })).builds).toEqual(['after'])
  expect((await execute(server.url, { pairs: one })).builds).toEqual([])
})

test('a pair that the store lacks is built beside one that it has', async () => {
  await execute(server.url)
  const { run, prepared, builds } = await execute(server.url, { pairs: pairsOf(['zpool-on', 'zpool-off']) })
  expect([prepared, builds.toSorted()]).toEqual([['x86_64-zpool-off-kasan'], BOTH.toSorted()])
  expect(run.cells.map(({ bundle }) => bundle !== null)).toEqual([true, true, false, false])
  expect(run.cells.every(({ verdict }) => verdict !== 'error')).toBe(true)
})

test('a tree that only its files identify is asked for once it is there', async () => {
  fake.identity = () => undefined
  fake.tree = 'files 1'
  await execute(server.url)
  const again = await execute(server.url)
  expect([again.prepared, again.builds]).toEqual([[ID], []])
  fake.tree = 'files 2'
  expect((await execute(server.url)).builds.toSorted()).toEqual(BOTH.toSorted())
})

test('where the mirror is away the run says so and does as without a store', async () => {
  await execute(server.url)
  fake.identity = () => {
    throw new HostError('the mirror does not answer', 'wait')
  }
  fake.tree = 'deb 2'
  const { run, builds } = await execute(server.url)
  expect(builds.toSorted()).toEqual(BOTH.toSorted())
  expect(run.notes).toEqual([
    expect.stringContaining('debian:6.1: which sources it names cannot be learnt: the mirror'),
  ])
})

test('another zsharness builds its own', async () => {
  await execute(server.url)
  fake.code = 'newer code'
  const { run, builds } = await execute(server.url)
  expect([builds.toSorted(), run.notes]).toEqual([BOTH.toSorted(), []])
})

const keys = (): readonly string[] => [...server.files.keys()].filter((path) => path.startsWith('/keys/bundle/'))
const blobs = (): readonly string[] => [...server.files.keys()].filter((path) => path.startsWith('/blobs/'))
const flip = (path: string): void => {
  const data = Buffer.from(server.files.get(path)!)
  data[99]! ^= 1
  server.files.set(path, data)
}

test.each<[string, () => void, RegExp]>([
  ['a flipped byte', () => flip(blobs()[0]!), /the sha256 of its file/],
  ['half an upload', () => server.files.set(blobs()[0]!, server.files.get(blobs()[0]!)!.subarray(0, 99)), /99 of/],
  ['garbage for a key', () => server.files.set(keys()[0]!, Buffer.from('garbage')), /it is not a key file/],
])('%s: the run builds, says so once, and mends the store', async (_, spoil, why) => {
  await execute(server.url)
  spoil()
  const { run, builds } = await execute(server.url)
  expect(builds.toSorted()).toEqual(BOTH.toSorted())
  expect(run.notes).toEqual([expect.stringMatching(why)])
  expect(run.cells.every(({ bundle, verdict }) => bundle === null && verdict !== 'error')).toBe(true)
  expect((await execute(server.url)).builds).toEqual([])
})

test('the bundles of another series under these keys are refused', async () => {
  await execute(server.url)
  const own = new Map(server.files)
  const mine = keys()
  server.files.clear()
  const other = { ...series, title: 'another', hold: [] }
  const resolved = (value: Series) => ({
    trees: new Map([['debian:6.1', { kind: 'debian', text: 'debian:6.1', release: '6.1' } as const]]),
    series: new Map([['toy', { value }]]),
    ...{ extraPatches: [], toolchains: new Map([['x86_64', gcc]] as const) },
  })
  await execute(server.url, { resolved: resolved(other) })
  // The names are ours, the contents are theirs.
  for (const [index, path] of keys().entries()) {
    const { sha256, size } = JSON.parse(server.files.get(path)!.toString())
    const ours = JSON.parse(own.get(mine[index]!)!.toString())
    server.files.set(mine[index]!, Buffer.from(`${JSON.stringify({ ...ours, sha256, size })}\n`))
  }
  const { run, builds } = await execute(server.url)
  expect(builds.toSorted()).toEqual(BOTH.toSorted())
  expect(run.notes).toEqual([expect.stringMatching(/it is of another series; it is not used$/)])
})

test.each<[string, () => string]>([
  ['that nobody serves', () => 'http://127.0.0.1:1'],
  [
    'that answers with errors',
    () => {
      server.fault = (_, response) => {
        response.writeHead(500).end()
        return true
      }
      return server.url
    },
  ],
])('a store %s: the run goes on, and says so', async (_, where) => {
  const { run, builds } = await execute(where())
  expect(builds.toSorted()).toEqual(BOTH.toSorted())
  expect(run.notes).toEqual([expect.stringMatching(/; the run goes on without it$/)])
  expect(run.cells.every(({ verdict }) => verdict !== 'error')).toBe(true)
})

test('a store that takes no uploads still gives', async () => {
  await execute(server.url)
  server.fault = ({ method }, response) => {
    if (method !== 'PUT') return false
    response.writeHead(403).end()
    return true
  }
  expect((await execute(server.url)).builds).toEqual([])
  const { run, builds } = await execute(server.url, { pairs: pairsOf(['zpool-off']) })
  expect([builds.toSorted(), run.notes]).toEqual([BOTH.toSorted(), [expect.stringContaining('it takes no uploads')]])
})

test('two runs at once give the store one whole pair', async () => {
  const dir = join(fake.root, 'store')
  await Promise.all([execute(dir), execute(dir)])
  expect(await readdir(join(dir, 'keys/bundle'))).toHaveLength(2)
  const { run, builds } = await execute(dir)
  expect([builds, run.notes]).toEqual([[], [`2 kernels are from the store ${dir}`]])
})

test('a search needs the objects of a build: the store is not asked', async () => {
  await execute(server.url)
  const asked = server.requests.length
  const search = { ...NO_ADDITIONS, search: true }
  const dir = join(fake.root, 'checked')
  const settings = {
    ...{ lanes: [], durationS: null, amplify: false, seed: '1', canary: null, checks: [], jobs: 1 },
    ...{ resultsDir: join(dir, 'results'), cache: join(dir, 'cache'), patchFiles: [], extraPatchFiles: [] },
    ...{ store: storePlace('--store', server.url), added: search },
  }
  const { builds } = await execute(server.url, { settings })
  expect([builds.toSorted(), server.requests.length]).toEqual([BOTH.toSorted(), asked])
})

test('what is recorded of the run has no password', async () => {
  const { host } = new URL(server.url)
  const { run } = await execute(`http://me:secret@${host}/`)
  await execute(`http://me:secret@${host}/`)
  expect(JSON.stringify(run)).not.toContain('secret')
  const names = (await readdir(fake.root, { recursive: true })).filter((name) => /\.(json|html|md|xml)$/.test(name))
  for (const name of names) expect(await readFile(join(fake.root, name), 'utf8')).not.toContain('secret')
})
