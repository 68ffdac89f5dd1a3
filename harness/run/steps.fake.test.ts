// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { GuestBuildError } from '../guest/initramfs.ts'
import { loadSeries } from '../inputs/series/load.ts'
import type { Series } from '../inputs/series/model.ts'
import { KernelBuildError } from '../kernel/compile.ts'
import type { BuildOptions } from '../kernel/kernel.ts'
import type { Diagnostic } from '../kernel/output.ts'
import { HostError } from '../model/errors.ts'
import type { Event } from '../model/events.ts'
import { anObject } from '../testing/elf.ts'
import { observe, RACE_HOLD } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import type { Booted, BootInputs } from './boot.ts'
import { executeRun } from './execute.ts'
import { type CellPlan, planPairs, type Runs } from './plan/pairs.ts'
import type { RunRequest } from './request.ts'
import { NO_ADDITIONS } from './settings.ts'

/** How the kernels and boots of a test behave. */
interface Fake {
  readonly options: string
  readonly diagnostics: (plan: CellPlan) => readonly Diagnostic[]
  readonly build: (plan: CellPlan) => void
  readonly boot: (plan: CellPlan) => void
  /** Hits of the boot in lane race; one crashes at its last hit. */
  readonly race: (plan: CellPlan) => { readonly hits: number; readonly crash: boolean }
  held: number
  builds: string[]
  /** Those of the builds that took a seat. */
  inSeat: string[]
}

const fake = vi.hoisted((): { now: Fake; root: string } => ({ now: undefined as never, root: '' }))

vi.mock('./inputs.ts', async () => ({
  prepareInputs: async () => ({
    all: [...inputs.values()],
    notes: [],
    of: ({ series }: { series: string }) => inputs.get(series),
    find: ({ series }: { series: string }) => inputs.get(series),
    [Symbol.asyncDispose]: async () => undefined,
  }),
}))
vi.mock('./kernels.ts', async (real) => ({
  ...(await real<object>()),
  kernelOf: async (_inputs: unknown, plan: CellPlan, _toolchain: unknown, { logFile, inSeat }: BuildOptions) => {
    fake.now.builds.push(plan.id)
    if (inSeat) fake.now.inSeat.push(plan.id)
    await writeFile(logFile, 'built\n')
    fake.now.build(plan)
    return kernelFor(plan)
  },
}))
vi.mock('./machines.ts', async (real) => ({
  ...(await real<object>()),
  // Probing them takes QEMU and a compiler.
  machinesFor: async () => ({ accelerators: { x86_64: 'tcg' }, hostTicksKHz: 1 }),
}))
// A fake kernel has no code in which points could be found.
vi.mock('./holds.ts', () => ({ holdsFor: async () => RACE_HOLD }))
vi.mock('./boot.ts', () => ({
  bootCell: async ({ plan, lanes }: BootInputs & { plan: CellPlan }): Promise<Booted> => {
    fake.now.boot(plan)
    const names = lanes.map(({ name }) => name)
    return names.includes('race') ? raced(fake.now.race(plan)) : booted(names)
  },
}))

const inputs = new Map<string, object>()
const NAME = 'zsmalloc-deferred-handles'

beforeAll(async () => {
  fake.root = await mkdtemp(join(tmpdir(), 'zsharness-steps-'))
  const series = await loadSeries(NAME)
  const settled = { series, state: 'applies', by: 'version', bases: [], required: [], basesInTree: false }
  const legs = { before: [], after: series.patches }
  inputs.set(NAME, { series, tree: { meta: { key: 'tree' } }, legs, treeMs: 1, settled, place: { tree: 'debian:6.1' } })
})
afterAll(() => rm(fake.root, { recursive: true, force: true }))
beforeEach(() => {
  fake.now = {
    options: 'CONFIG_ZSMALLOC=y\nCONFIG_ZRAM=y\n',
    diagnostics: () => [],
    build: () => undefined,
    boot: () => undefined,
    race: () => ({ hits: 600, crash: false }),
    held: 0,
    builds: [],
    inSeat: [],
  }
})

/** The files of a build entry that are read, with an object that another config left there. */
const kernelFor = async ({ id }: CellPlan) => {
  const dir = join(fake.root, 'kernels', id)
  const mm = join(dir, 'src/o/mm')
  await mkdir(mm, { recursive: true })
  await mkdir(join(dir, 'src/mm'), { recursive: true })
  await writeFile(join(dir, 'src/mm/zsmalloc.c'), '')
  await writeFile(join(dir, 'build.log'), 'built\n')
  await writeFile(join(dir, 'src/o/.config'), fake.now.options)
  await writeFile(
    join(dir, 'src/o/System.map'),
    'ffffffff81000000 t zs_zpool_shrink\nffffffff81000000 t zswap_writeback_entry\n',
  )
  await writeFile(join(mm, 'zsmalloc.o'), anObject(120))
  const listed = fake.now.options.includes('CONFIG_ZSMALLOC=y') ? 'zsmalloc.o' : ''
  await writeFile(join(mm, '.built-in.a.cmd'), `cmd_mm/built-in.a := printf "mm/%s " memfd.o ${listed} | xargs ar\n`)
  fake.now.held++
  return {
    dir,
    cached: false,
    meta: {
      version: '6.1.1',
      key: id,
      compiled: 7,
      sandbox: 'unshare',
      options: ['CONFIG_SWAP=y'],
      makeArgv: ['make'],
      diagnostics: fake.now.diagnostics({ id } as CellPlan),
    },
    [Symbol.asyncDispose]: async () => void fake.now.held--,
  }
}

const booted = (lanes: readonly CellLane[]): Booted => {
  const { patchLines: _, ...observation } = observe({
    hello: { zswap: null },
    lanes: lanes.map((lane) => ({ lane, laneEnd: { zswap: null } })),
  })
  return { observation, argv: ['qemu'], waitShare: 0.1, bootMs: 5, lanesMs: 6 }
}

const RACE_SPLAT = readSplats(`[    3.000000][   T27] Oops: 0000 [#1] SMP KASAN
[    3.000001][   T27] CPU: 1 PID: 27 Comm: kworker/1:1 Not tainted 6.1.192 #2
[    3.000002][   T27] Workqueue: zswap-shrink shrink_worker
[    3.000003][   T27] RIP: 0010:obj_to_location+0x80/0xc0
[    3.000004][   T27] Call Trace:
[    3.000005][   T27]  zs_map_object+0xab/0x560
[    3.000006][   T27]  zswap_writeback_entry+0x150/0xb40
[    3.000007][   T27]  shrink_worker+0x23/0x80
[    3.000008][   T27] ---[ end trace 0000000000000000 ]---
`)

/** A boot of lane race on zswap that passes its hits, or crashes at the last. */
const raced = ({ hits, crash }: { hits: number; crash: boolean }): Booted => {
  const zswap = { enabled: 'Y', zpool: 'zsmalloc', compressor: 'lzo' }
  const counters = { windows: hits, hits, timeouts: 0, missed: 0, evictions: hits, evictFailed: 0 }
  const whole = booted(['race'])
  const records = whole.observation.testimony.records.map((record) => {
    if (record.t === 'hello') return { ...record, zswap, holdModule: true }
    return record.t === 'laneEnd' ? { ...record, zswap: { written_back_pages: 9 }, race: counters } : record
  })
  const observation = { ...whole.observation, holds: RACE_HOLD }
  if (!crash) return { ...whole, observation: { ...observation, testimony: { records, problems: [] } } }
  const { signature } = (inputs.get(NAME) as { series: Pick<Booted['observation'], 'signature'> }).series
  return {
    ...whole,
    observation: {
      ...observation,
      signature,
      splats: RACE_SPLAT,
      testimony: { records: records.slice(0, 2), problems: [] },
      lastConsoleLines: [`[    3.1][   T27] zsharness_hold: ${hits} hits in ${hits} windows`],
    },
  }
}
type CellLane = BootInputs['lanes'][number]['name']

const execute = (configs: readonly string[], part: Partial<RunRequest> = {}, runs: Runs = 1, events: Event[] = []) => {
  const at = { tree: 'debian:6.1', series: NAME, arch: 'x86_64', profile: 'kasan', legs: ['before', 'after'] } as const
  const settings = {
    ...{ patchFiles: [], extraPatchFiles: [], durationS: null, jobs: 1, amplify: true, seed: '1' },
    lanes: fake.now.options.includes('CONFIG_ZSWAP') ? (['race'] as const) : [],
    ...{
      resultsDir: join(fake.root, 'results'),
      cache: join(fake.root, 'cache'),
      canary: null,
      checks: [],
      added: NO_ADDITIONS,
    },
  }
  const pairs = planPairs(
    configs.map((config) => ({ ...at, config })),
    runs,
  )
  // With clang no coverage is read, and the fake kernels have none.
  const clang = { prefix: '', cc: 'gcc', llvm: true, version: 'clang' }
  const resolved = {
    trees: new Map(),
    series: new Map([...inputs].map(([name, one]) => [name, { value: (one as { series: Series }).series }])),
    extraPatches: [],
    toolchains: new Map([['x86_64', clang]] as const),
  }
  const rest = { terms: DEFAULT_TERMS, command: [], planned: null, tolerant: true, compare: async () => null }
  return executeRun(
    { pairs, resolved, settings, ...rest, ...part },
    { emit: (event) => void events.push(event), signal: new AbortController().signal },
  )
}

const ZSWAP = 'CONFIG_ZSMALLOC=y\nCONFIG_ZSWAP=y\nCONFIG_ZPOOL=y\n'

const warning: Diagnostic = {
  severity: 'warning',
  file: 'mm/zsmalloc.c',
  line: 1,
  column: null,
  message: "'obj_allocated' defined but not used",
  option: '-Wunused-function',
}
const onAfter = (id: string): readonly Diagnostic[] => (id.includes('after') ? [warning] : [])

test('a leg that differs by its patches is built in a seat, a full build is not', async () => {
  await execute(['zpool-off', 'zpool-on'])
  expect(fake.now.builds).toHaveLength(4)
  expect(fake.now.inSeat.sort()).toEqual(['x86_64-zpool-off-kasan-after', 'x86_64-zpool-on-kasan-after'])
})

describe('a pair', () => {
  test('of clean kernels passes, each built once and released', async () => {
    const { run, dir } = await execute(['zpool-off'], {}, 2)
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, notes: [] })
    expect(run.cells.map(({ id }) => id.replace('x86_64-zpool-off-kasan-', ''))).toEqual([
      'before-run1',
      'before-run2',
      'after-run1',
      'after-run2',
    ])
    expect(run.cells.map(({ kernel }) => kernel.compiled)).toEqual([7, 0, 7, 0])
    expect(run.cells[0]).toMatchObject({
      verdict: 'pass',
      lanes: ['zram'],
      commands: { make: ['make'], qemu: ['qemu'] },
    })
    expect(run.cells[3]?.objects).toEqual([{ file: 'mm/zsmalloc.o', textBytes: 120, textBytesBefore: 120 }])
    expect(fake.now.builds).toHaveLength(2)
    expect(fake.now.held).toBe(0)
    expect(await readFile(join(dir, 'cells/x86_64-zpool-off-kasan-after-run2/build.log'), 'utf8')).toBe('built\n')
    expect(await readFile(join(dir, 'summary.md'), 'utf8')).toMatch(/mm\/zsmalloc\.o.*120 → 120 bytes of text \(0\)/)
  })

  test('whose patch adds a warning fails, unless it is a known finding', async () => {
    fake.now = { ...fake.now, diagnostics: ({ id }) => onAfter(id) }
    const events: Event[] = []
    const { run } = await execute(['zpool-off', 'zpool-off-nocompact'], {}, 1, events)
    expect(run.cells.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'pass', 'pass'])
    expect(run.cells[3]?.findings).toMatchObject([{ kind: 'warning', known: true, file: 'mm/zsmalloc.c' }])
    expect(run).toMatchObject({ verdict: 'regression', exitCode: 1, notes: [] })
    const said = events.find(({ type }) => type === 'run')
    expect(said).toMatchObject({
      text: expect.stringMatching(
        /known warning in x86_64-zpool-off-nocompact-kasan-after: 'obj_allocated' defined but not used \(mm\/zsmalloc\.c:1\); .*remedy: static inline/,
      ),
    })
  })

  test('whose extra patch adds a warning in a file of its own fails, and so does a linker that warns', async () => {
    for (const one of [
      { ...warning, file: 'mm/extra.c' },
      { ...warning, file: 'vmlinux.o', line: null, option: 'objtool' },
    ]) {
      fake.now = { ...fake.now, diagnostics: ({ id }) => (id.includes('after') ? [one] : []) }
      const { run } = await execute(['zpool-off'])
      expect(run).toMatchObject({ verdict: 'regression', exitCode: 1 })
      expect(run.cells[1]?.findings).toMatchObject([{ kind: 'warning', file: one.file, line: one.line }])
    }
  })

  test('whose patch changes what make runs warns before it builds', async () => {
    const text = '--- a/mm/Makefile\n+++ b/mm/Makefile\n@@ -1 +1 @@\n-a\n+b\n'
    const { series, ...rest } = inputs.get(NAME) as { series: { patches: object[] } }
    const patches = [...series.patches, { ...series.patches[0], text, sha256: 'x' }]
    inputs.set(NAME, { ...rest, series, legs: { before: [], after: patches } })
    const events: Event[] = []
    try {
      await execute(['zpool-off'], {}, 1, events)
    } finally {
      inputs.set(NAME, { ...rest, series, legs: { before: [], after: series.patches } })
    }
    expect(events.filter((event) => event.type === 'note' && event.level === 'warning')).toEqual([
      {
        type: 'note',
        level: 'warning',
        scope: 'x86_64-zpool-off-kasan-after',
        text: 'a patch changes what make runs on this host: mm/Makefile',
      },
    ])
  })

  test('records what confined the build', async () => {
    const { run } = await execute(['zpool-off'])
    expect(run.cells.map(({ kernel }) => kernel.sandbox)).toEqual(['unshare', 'unshare'])
  })

  test('without one of the known findings reports it as stale', async () => {
    const { run } = await execute(['zpool-off-nocompact'])
    expect(run).toMatchObject({ verdict: 'pass', notes: [expect.stringMatching(/is stale: .*obj_allocated/)] })
  })

  test('without zsmalloc is inconclusive, even with a stale object in its folder', async () => {
    fake.now = { ...fake.now, options: 'CONFIG_SWAP=y\n', boot: () => expect.unreachable('booted') }
    const { run } = await execute(['zpool-off'])
    for (const cell of run.cells) {
      expect(cell).toMatchObject({ verdict: 'inconclusive', objects: [{ textBytes: null }], kernel: { compiled: 7 } })
      expect(cell.reason).toBe(
        'mm/zsmalloc.o was not built: CONFIG_ZSMALLOC is off, as CONFIG_ZRAM and CONFIG_ZSWAP are',
      )
    }
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 4 })
  })
})

describe('boots as the proof needs them', () => {
  const lanesOf = async (part: Partial<RunRequest> = {}, events: Event[] = []) => {
    const { run, dir } = await execute(['zpool-on'], part, 'auto', events)
    return { run, dir, ids: run.cells.map(({ id }) => id.replace('x86_64-zpool-on-kasan-', '')) }
  }
  const crashing = (hits: number): Partial<Fake> => ({
    options: ZSWAP,
    race: ({ leg }) => (leg === 'before' ? { hits, crash: true } : { hits: 600, crash: false }),
  })

  test('are one of each when the first crash and the clean hits are proof', async () => {
    fake.now = { ...fake.now, ...crashing(1) }
    const { run, ids } = await lanesOf()
    expect(ids).toEqual(['before', 'after'])
    expect(run).toMatchObject({ verdict: 'fixed', exitCode: 0, confidence: 0.99, expect: 'fixed' })
    expect(run.pairs[0]?.strength).toMatchObject({ shown: 1, boots: 1, passed: 1 })
    expect(run.cells[0]?.exposure).toEqual({ lanes: [{ lane: 'race', seconds: 1, hits: 1 }], failedIn: 'race' })
    expect(run.cells[1]?.exposure?.lanes[0]).toMatchObject({ lane: 'race', hits: 600 })
  })

  test('are more when they are not, one after the other, on the kernels that are built', async () => {
    fake.now = { ...fake.now, ...crashing(20) }
    const events: Event[] = []
    const { run, ids, dir } = await lanesOf({}, events)
    expect(ids).toEqual(['before', 'before-run2', 'before-run3', 'after', 'after-run2'])
    expect(run).toMatchObject({ verdict: 'fixed', exitCode: 0 })
    expect(run.cells.map(({ request }) => request?.seed)).toEqual(['1', '2', '3', '1', '2'])
    expect(fake.now.builds).toHaveLength(2)
    expect(fake.now.held).toBe(0)
    expect(await readFile(join(dir, 'cells/x86_64-zpool-on-kasan-before-run3/build.log'), 'utf8')).toBe('built\n')
    const plans = events.flatMap((event) => (event.type === 'plan' ? [event] : []))
    expect(plans.map(({ cells, added }) => [cells.length, added?.length])).toEqual([
      [2, undefined],
      [3, 1],
      [4, 1],
      [5, 1],
    ])
  })

  test('end at a number, without a proof', async () => {
    fake.now = { ...fake.now, options: ZSWAP, race: () => ({ hits: 600, crash: false }) }
    const { run, ids } = await lanesOf()
    expect(ids.filter((id) => id.startsWith('before')).length).toBeGreaterThan(1)
    expect(ids.length).toBeLessThanOrEqual(11)
    expect(run).toMatchObject({ verdict: 'not-demonstrated', exitCode: 4 })
  })

  test('end when the patched kernel fails', async () => {
    fake.now = { ...fake.now, options: ZSWAP, race: () => ({ hits: 9, crash: true }) }
    const { run, ids } = await lanesOf()
    expect(ids).toEqual(['before', 'after'])
    expect(run).toMatchObject({ verdict: 'not-fixed', exitCode: 1 })
  })

  test('are one of each for clean kernels that are expected, and where no lane can meet the bug', async () => {
    fake.now = { ...fake.now, options: ZSWAP }
    const { run, ids } = await lanesOf({ terms: { confidence: 0.99, expect: 'clean' } })
    expect(ids).toEqual(['before', 'after'])
    expect(run).toMatchObject({ verdict: 'clean', exitCode: 0 })
    fake.now = { ...fake.now, options: 'CONFIG_ZSMALLOC=y\nCONFIG_ZRAM=y\n' }
    const off = await execute(['zpool-off'], {}, 'auto')
    expect(off.run).toMatchObject({ verdict: 'pass', pairs: [], cells: [{ run: 1 }, { run: 1 }] })
  })

  test('a crash of unknown hits counts in seconds, and needs more boots', async () => {
    fake.now = {
      ...fake.now,
      options: ZSWAP,
      race: ({ leg }) => (leg === 'before' ? { hits: NaN, crash: true } : { hits: 600, crash: false }),
    }
    const { run, ids } = await lanesOf()
    expect(ids.length).toBeGreaterThan(4)
    expect(run.cells[0]?.exposure?.lanes).toEqual([{ lane: 'race', seconds: 1, hits: null }])
    expect(run.pairs[0]?.strength?.exposure[0]).toMatchObject({ lane: 'race', unit: 'seconds' })
  })
})

describe('a failure affects only its cell', () => {
  const configs = ['zpool-off', 'zpool-off-nocompact']

  test.each<[string, () => never, string]>([
    [
      'a kernel that does not build',
      () => {
        throw new KernelBuildError('no build', [], 0)
      },
      'fail',
    ],
    [
      'a failing host',
      () => {
        throw new HostError('disk full', 'free space')
      },
      'error',
    ],
    [
      'a bug',
      () => {
        throw new TypeError('oh')
      },
      'error',
    ],
  ])('%s', async (_, boom, verdict) => {
    fake.now = { ...fake.now, build: ({ id }) => id === 'x86_64-zpool-off-kasan-after' && boom() }
    const { run } = await execute(configs)
    expect(run.cells.map((cell) => cell.verdict)).toEqual(['pass', verdict, 'pass', 'pass'])
    expect(run.interrupted).toBe(false)
    expect(fake.now.held).toBe(0)
  })

  test.each([
    ['after', { verdict: 'invalid', exitCode: 4 }],
    ['before', { verdict: 'invalid', exitCode: 4 }],
  ] as const)('a guest module that does not compile against the %s kernel', async (leg, expected) => {
    const why = "the guest's module race does not compile against this kernel: race.c:7: oh"
    fake.now = {
      ...fake.now,
      options: ZSWAP,
      boot: (plan) => {
        if (plan.leg === leg) throw new GuestBuildError(why)
      },
    }
    const { run } = await execute(['zpool-on'], {}, 'auto')
    expect(run.cells.map((cell) => cell.verdict)).toEqual(
      leg === 'after' ? ['pass', 'inconclusive'] : ['inconclusive', 'pass'],
    )
    const reason = `${why}; the kernel builds, but was not booted`
    expect(run).toMatchObject({ ...expected, pairs: [{ verdict: 'invalid', reason }] })
    expect(run.cells.find((cell) => cell.leg === leg)).toMatchObject({ reason, findings: [], lanes: [] })
  })

  test('but a new warning of such a kernel stays a regression', async () => {
    fake.now = {
      ...fake.now,
      options: ZSWAP,
      diagnostics: ({ id }) => onAfter(id),
      boot: ({ leg }) => {
        if (leg === 'after') throw new GuestBuildError('no module')
      },
    }
    const { run } = await execute(['zpool-on'])
    expect(run).toMatchObject({ verdict: 'regression', exitCode: 1 })
  })

  test('a failing boot', async () => {
    fake.now = {
      ...fake.now,
      boot: ({ id }) => {
        if (id === 'x86_64-zpool-off-kasan-before') throw new HostError('QEMU is gone')
      },
    }
    const { run } = await execute(configs)
    expect(run.cells.map((cell) => cell.verdict)).toEqual(['error', 'pass', 'pass', 'pass'])
    expect(run.cells[0]?.reason).toBe('QEMU is gone')
    expect(run).toMatchObject({ exitCode: 3 })
  })

  test('but a bug ends a run that is not tolerant', async () => {
    fake.now = {
      ...fake.now,
      boot: () => {
        throw new TypeError('oh')
      },
    }
    await expect(execute(configs, { tolerant: false })).rejects.toThrow('oh')
    expect(fake.now.held).toBe(0)
  })
})
