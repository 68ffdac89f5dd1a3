// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { keptPrograms } from '../commands/shared/programs.ts'
import { NO_HOLDS } from '../guest/holds.ts'
import type { Program } from '../guest/programs.ts'
import type { Series } from '../inputs/series/model.ts'
import { sha256Of } from '../lib/files/hash.ts'
import type { CellResult } from '../model/results.ts'
import { anObject } from '../testing/elf.ts'
import { observe } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import type { Booted, BootInputs } from './boot.ts'
import { executeRun } from './execute.ts'
import { type CellPlan, planPairs, type Runs } from './plan/pairs.ts'
import { NO_ADDITIONS } from './settings.ts'

type Death = 'none' | 'in zs_free' | 'in zs_malloc'

/** How each boot of a test ends. */
const fake = vi.hoisted((): { root: string; dies: (plan: { leg: string; run: number }) => Death } => ({
  root: '',
  dies: () => 'none',
}))

vi.mock('./inputs.ts', async () => ({
  prepareInputs: async () => ({
    all: [PAIR],
    notes: [],
    of: () => PAIR,
    find: () => PAIR,
    [Symbol.asyncDispose]: async () => undefined,
  }),
}))
vi.mock('./kernels.ts', async (real) => ({
  ...(await real<object>()),
  kernelOf: async (_inputs: unknown, plan: CellPlan, _toolchain: unknown, { logFile }: { logFile: string }) => {
    await writeFile(logFile, 'built\n')
    return kernelFor(plan)
  },
}))
vi.mock('./machines.ts', async (real) => ({
  ...(await real<object>()),
  // Probing them takes QEMU and a compiler.
  machinesFor: async () => ({ accelerators: { x86_64: 'tcg' }, hostTicksKHz: 1 }),
}))
// A fake kernel has no code in which points could be found.
vi.mock('./holds.ts', () => ({ holdsFor: async () => NO_HOLDS }))
vi.mock('./boot.ts', () => ({
  bootCell: async ({ plan, programs, workload }: BootInputs & { plan: CellPlan }): Promise<Booted> => {
    expect(programs).toEqual([PROGRAM])
    expect(workload).toMatchObject({ lanes: [{ name: 'workload', seconds: 20 }], parameters: ['zswap.enabled=0'] })
    return booted(fake.dies(plan))
  },
}))

const data = Buffer.from('a program')
const PROGRAM: Program = { name: 'repro.c', args: ['-n'], data, sha256: sha256Of(data) }
const SERIES = {
  ...{ name: 'fix', dir: undefined, title: 'fix', touches: ['mm/zsmalloc.c'], patches: [], requires: [] },
  ...{ bases: new Map(), applicability: [], signature: [], knownFindings: [], settings: {} },
} as unknown as Series
const PAIR = {
  ...{ series: SERIES, tree: { meta: { key: 'tree' } }, legs: { before: [], after: [] }, treeMs: 1, kconfig: [] },
  settled: { series: SERIES, state: 'applies', by: 'version', bases: [], required: [], basesInTree: false },
  place: { tree: 'debian:6.12', series: 'fix' },
}

beforeAll(async () => {
  fake.root = await mkdtemp(join(tmpdir(), 'zsharness-workload-'))
})
afterAll(() => rm(fake.root, { recursive: true, force: true }))
beforeEach(() => {
  fake.dies = () => 'none'
})

const kernelFor = async ({ id }: CellPlan) => {
  const dir = join(fake.root, 'kernels', id)
  await mkdir(join(dir, 'src/o/mm'), { recursive: true })
  await writeFile(join(dir, 'build.log'), 'built\n')
  await writeFile(join(dir, 'src/o/.config'), 'CONFIG_ZSMALLOC=y\n')
  await writeFile(join(dir, 'src/o/System.map'), '')
  await writeFile(join(dir, 'src/o/mm/zsmalloc.o'), anObject(120))
  await writeFile(join(dir, 'src/o/mm/.built-in.a.cmd'), 'cmd_mm/built-in.a := printf "mm/%s " zsmalloc.o | xargs ar\n')
  const meta = { version: '6.1.1', key: id, compiled: 7, sandbox: 'none', options: [], makeArgv: [], diagnostics: [] }
  return { dir, cached: false, meta, [Symbol.asyncDispose]: async () => undefined }
}

const splatIn = (name: string) =>
  readSplats(`[    1.500000][   T33] Oops: 0000 [#1] SMP KASAN
[    1.500001][   T33] CPU: 1 PID: 33 Comm: repro.c Not tainted 6.1.192 #2
[    1.500003][   T33] RIP: 0010:${name}+0x80/0xc0
[    1.500004][   T33] Call Trace:
[    1.500005][   T33]  zs_zpool_op+0xab/0x560
[    1.500006][   T33]  zswap_op+0x150/0xb40
[    1.500008][   T33] ---[ end trace 0000000000000000 ]---
`)

const own = { lane: 'workload', program: 0, name: 'repro.c' }
const started = { t: 'workloadStart', ms: 1101, ...own, processes: 1 }
const finished = {
  ...{ t: 'workloadEnd', ms: 2150, ...own, processes: 1, alive: 0, error: null, timedOut: false, elapsedMs: 1040 },
  ...{ exits: [{ status: 0, count: 1 }], signals: [], stdoutBytes: 2, stderrBytes: 0 },
}
const output = { t: 'workloadOutput', ms: 1500, ...own, stream: 'stdout', offset: 0, text: 'h\u00e9' }

const booted = (death: Death): Booted => {
  const pages = { written: 0, verified: 0, wrong: 0, freed: 0 }
  const lane = { lane: 'workload' as const, balance: null, laneStart: { seconds: 20 } }
  const base = observe(
    death === 'none'
      ? { lanes: [{ ...lane, extra: [started, output, finished], laneEnd: { pages, zswap: null, classes: null } }] }
      : { lanes: [{ ...lane, extra: [started], laneEnd: null }], end: false },
    death === 'none' ? {} : { splats: splatIn(death.slice('in '.length)) },
  )
  const { patchLines: _, ...observation } = base
  const asked = {
    ...base.asked,
    lanes: [{ name: 'workload' as const, seconds: 20 }],
    programs: { names: ['repro.c'], processes: 1 },
  }
  return { observation: { ...observation, asked }, argv: ['qemu'], waitShare: 0.1, bootMs: 5000, lanesMs: 1000 }
}

const execute = (runs: Runs = 'auto', legs: readonly ('before' | 'after')[] = ['before', 'after']) => {
  const at = { tree: 'debian:6.12', series: 'fix', arch: 'x86_64', config: 'zpool-on', profile: 'kasan' } as const
  const workloads = [{ name: 'repro.c', file: '/gone/repro.c', args: ['-n'], sha256: null }]
  const settings = {
    ...{ patchFiles: ['/fix.patch'], extraPatchFiles: [], durationS: null, jobs: 1, amplify: true, seed: '1' },
    ...{ canary: null, checks: [], lanes: ['workload'] as const },
    ...{ resultsDir: join(fake.root, 'results'), cache: join(fake.root, 'cache') },
    added: { ...NO_ADDITIONS, workloads, workloadS: 20, parameters: ['zswap.enabled=0'] },
  }
  const clang = { prefix: '', cc: 'gcc', llvm: true, version: 'clang' }
  const resolved = {
    trees: new Map(),
    series: new Map([['fix', { value: SERIES }]]),
    extraPatches: [],
    toolchains: new Map([['x86_64', clang]] as const),
    programs: new Map([['x86_64', [PROGRAM]]] as const),
  }
  const rest = { terms: DEFAULT_TERMS, command: [], planned: null, tolerant: false, compare: async () => null }
  return executeRun(
    { pairs: planPairs([{ ...at, legs }], runs), resolved, settings, ...rest },
    { emit: () => undefined, signal: new AbortController().signal },
  )
}

const legsOf = (cells: readonly CellResult[], leg: string) => cells.filter((cell) => cell.leg === leg)

test('a patch and a program alone: fixed, after as many boots as the proof needs', async () => {
  fake.dies = ({ leg }) => (leg === 'before' ? 'in zs_free' : 'none')
  const { run, dir } = await execute()
  expect(run).toMatchObject({ verdict: 'fixed', exitCode: 0 })
  const [pair] = run.pairs
  expect(pair).toMatchObject({
    derived: { oracle: 'console', kind: 'oops', stack: ['zs_free', 'zs_zpool_op', 'zswap_op'] },
  })
  expect(pair?.reason).toContain('the bug is what x86_64-zpool-on-kasan-before showed first')
  expect(legsOf(run.cells, 'before').length).toBeGreaterThan(1)
  for (const cell of legsOf(run.cells, 'before')) {
    expect(cell).toMatchObject({ findings: [{ signature: true }], exposure: { failedIn: 'workload' } })
    const own = JSON.parse(await readFile(join(dir, 'cells', cell.id, 'result.json'), 'utf8'))
    expect(own).toMatchObject({ findings: [{ signature: true }], exposure: { failedIn: 'workload' } })
  }
  const after = legsOf(run.cells, 'after')[0]!
  expect(after).toMatchObject({ verdict: 'pass', evidence: { workloads: [{ name: 'repro.c' }] } })
  expect(await readFile(join(dir, 'cells', after.id, 'workload/0-repro.c.stdout'), 'latin1')).toBe('h\u00e9')
})

test('each kernel that dies of it is not fixed, and one that dies of something else is a regression', async () => {
  fake.dies = () => 'in zs_free'
  expect((await execute()).run).toMatchObject({ verdict: 'not-fixed', exitCode: 1 })
  fake.dies = ({ leg }) => (leg === 'before' ? 'in zs_free' : 'in zs_malloc')
  expect((await execute()).run).toMatchObject({ verdict: 'regression', exitCode: 1 })
})

test('a program that kills neither shows nothing, however often', async () => {
  const { run } = await execute()
  expect(run).toMatchObject({ verdict: 'not-demonstrated', exitCode: 4, pairs: [{ derived: null }] })
})

test('a program that kills in one of two boots is booted until that is proof', async () => {
  fake.dies = ({ leg, run }) => (leg === 'before' && run % 2 === 0 ? 'in zs_free' : 'none')
  const { run } = await execute()
  expect(run.pairs[0]).toMatchObject({ derived: { cell: 'x86_64-zpool-on-kasan-before-run2' } })
  expect(legsOf(run.cells, 'before')[0]).toMatchObject({ verdict: 'pass', findings: [] })
  expect(run.pairs[0]?.strength?.exposure[0]).toMatchObject({ lane: 'workload', unit: 'boots' })
})

test('one leg alone is judged by itself', async () => {
  fake.dies = () => 'in zs_free'
  expect((await execute(1, ['after'])).run).toMatchObject({ verdict: 'fail', exitCode: 1, pairs: [] })
})

test('the results hold the programs as they ran, and all that a replay needs', async () => {
  const { run, dir } = await execute(1, ['after'])
  const { added } = run.cells[0]!.request!
  expect(added).toMatchObject({
    parameters: ['zswap.enabled=0'],
    workloadS: 20,
    workloads: [{ name: 'repro.c', args: ['-n'], sha256: PROGRAM.sha256 }],
  })
  expect(await keptPrograms(dir, added.workloads)).toEqual([PROGRAM])
  await writeFile(join(dir, 'workloads', PROGRAM.sha256), 'damaged')
  await expect(keptPrograms(dir, added.workloads)).rejects.toMatchObject({ name: 'UsageError' })
  await rm(join(dir, 'workloads'), { recursive: true })
  await expect(keptPrograms(dir, added.workloads)).rejects.toThrow('does not hold the program repro.c')
})
