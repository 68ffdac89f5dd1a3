// SPDX-License-Identifier: MIT
import type {
  Additions,
  CellResult,
  Exploration,
  Exposure,
  Finding,
  Found,
  HoldEvidence,
  HoldPoints,
  ModelFailure,
  PairResult,
  RunResult,
} from '../model/results.ts'
import type { CellReport, Report } from '../report/model.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import type { Splat } from '../splat/model.ts'
import { judgePair } from '../verdict/pair.ts'

/** A finding with defaults for what a test does not set. */
export const aFinding = (part: Partial<Finding> = {}): Finding => ({
  kind: 'oops',
  title: 'general protection fault in obj_to_location',
  oracle: 'console',
  known: false,
  signature: false,
  detail: 'console line 2: obj_to_location <- zs_map_object',
  lane: null,
  file: null,
  line: null,
  reason: null,
  remedy: null,
  bucket: null,
  ...part,
})

/** The exposure of a boot with these hits of lane race. */
const exposed = (hits: number, failedIn: Exposure['failedIn'] = null): Exposure => ({
  lanes: [
    { lane: 'race', seconds: failedIn === 'race' ? 1 : 10, hits },
    ...(failedIn === 'race' ? [] : [{ lane: 'pump' as const, seconds: 8, hits: null }]),
  ],
  failedIn,
})

/** What one hold point did. */
export const aHeldPoint = (part: Partial<HoldEvidence> = {}): HoldEvidence => ({
  point: 'zswap_writeback_entry:arg1',
  reached: 0,
  held: 0,
  met: 0,
  timedOut: 0,
  overridden: 0,
  missed: 0,
  ...part,
})

/** The point of the posted patch, as its series names it. */
export const aHold = (part: Partial<HoldPoints> = {}): HoldPoints => ({
  from: 'series',
  armed: [
    {
      text: 'zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms during race',
      lanes: ['race'],
      override: false,
      sweep: false,
    },
  ],
  race: true,
  chosen: [],
  ...part,
})

const MINIMISED = {
  lane: 'race' as const,
  best: { holds: ['zswap_writeback_entry until zs_free for 5ms'], boots: 2, failures: 2, seconds: 1.3 },
  alone: { holds: [], boots: 2, failures: 0, seconds: null },
}

/** A failure that a search found. */
export const aFound = (part: Partial<Found> = {}): Found => ({
  lane: 'race',
  seconds: 4.2,
  trial: 14,
  armed: ['zswap_writeback_entry until zs_free for 5ms', 'zs_free for 200us'],
  minimised: MINIMISED,
  ...part,
})

/** The settings of a boot with these additions. */
export const aRequest = (added: Partial<Additions> = {}): NonNullable<CellResult['request']> => ({
  ...{ seed: '1', durationS: null, amplify: true, canary: null, seriesPath: null },
  ...{ patchFiles: [], extraPatchFiles: [], llvm: false, derives: false },
  added: { ...NO_ADDITIONS, ...added },
})

/** A clean cell of a default run. */
export const aCell = (part: Partial<CellResult> = {}): CellResult => {
  const [arch, config, profile, leg, run] = [
    part.arch ?? 'x86_64',
    part.config ?? 'zpool-on',
    part.profile ?? 'kasan',
    part.leg ?? 'after',
    part.run ?? 1,
  ]
  return {
    id: [arch, config, profile, leg, ...(run > 1 ? [`run${run}`] : [])].join('-'),
    arch,
    leg,
    config,
    profile,
    tree: 'debian:6.1',
    series: 'zsmalloc-deferred-handles',
    run,
    lanes: ['race', 'pump'],
    notChecked: [],
    waitShare: 0.1,
    verdict: 'pass',
    reason: '4000 pages written back, 9000 verified, 912 frees inside 1300 windows',
    findings: [],
    oracles: [],
    evidence: {
      cpusOnline: 2,
      writtenBackPages: 4000,
      pagesVerified: 9000,
      windows: 1300,
      hits: 912,
      failedEvictions: 0,
      lanesRun: ['race', 'pump'],
      patchLines: null,
      lanes: [],
      workloads: [],
      ...{ holds: [], failNth: [], search: null },
    },
    exposure: exposed(912),
    ...{ found: null, holds: null, placed: null },
    timings: { treeMs: 10, buildMs: 1000, bootMs: 5000, lanesMs: 40_000 },
    kernel: { version: '6.1.192', key: '0123456789abcdef', cached: true, compiled: 0, sandbox: 'unshare' },
    commands: { make: ['make', '-j2', 'bzImage'], qemu: ['qemu-system-x86_64', '-append', 'zsharness_seed=1 quiet'] },
    machine: 'tcg',
    ...{ bundle: null, request: null },
    inputs: {
      treeKey: 'tree',
      patches: leg === 'after' ? ['patch'] : [],
      reading: { state: 'applies', by: 'version', basesInTree: false },
      toolchain: 'gcc 12',
      options: config,
    },
    objects: [],
    ...part,
  }
}

/** The cell that crashes without the patch. */
export const aCrash = (part: Partial<CellResult> = {}): CellResult =>
  aCell({
    leg: 'before',
    verdict: 'fail',
    reason: 'general protection fault in obj_to_location',
    findings: [aFinding({ signature: true, file: 'mm/zsmalloc.c', line: 901 })],
    exposure: exposed(1, 'race'),
    ...part,
  })

/** The pair of a default run. */
export const aPair = (part: Partial<PairResult> = {}): PairResult => ({
  arch: 'x86_64',
  config: 'zpool-on',
  profile: 'kasan',
  tree: 'debian:6.1',
  series: 'zsmalloc-deferred-handles',
  name: [part.arch ?? 'x86_64', part.config ?? 'zpool-on', part.profile ?? 'kasan'].join('-'),
  ...judgePair([aCrash()], [aCell()]),
  throughput: [],
  derived: null,
  explored: null,
  ...part,
})

/** What a search finds in the kernel with the patch. */
export const aModelFailure = (part: Partial<ModelFailure> = {}): ModelFailure => ({
  ...{ leg: 'after', scenario: 'shrink-free', kind: 'double-free', text: 'double free of handle 1' },
  ...{ function: 'zs_free', file: 'mm/zsmalloc.c', line: 1593, signature: false, model: false },
  schedule: 'explore/after/failure-1.schedule.json',
  ...part,
})

/** The exploration of a default run. */
export const anExploration = (part: Partial<Exploration> = {}): Exploration => ({
  ...{ name: 'zpool-on', tree: 'debian:6.1', series: 'zsmalloc-deferred-handles', config: 'zpool-on' },
  ...{ arch: 'x86_64', legs: ['before', 'after'], status: 'explored', bound: 2, scenarios: 31, schedules: 4000 },
  reason: 'before fails with the bug of the series, on schedule 9; after: none fails',
  ...{ patchLines: { executable: 63, executed: 63 }, failures: [], unexplored: [], cached: false, answeredMs: 9000 },
  path: 'explore',
  ...part,
})

/** A run with a fixed pair. */
export const aRun = (part: Partial<RunResult> = {}): RunResult => ({
  schemaVersion: 1,
  id: '2026-11-22-141745-b3d2',
  phases: [],
  verdict: 'fixed',
  exitCode: 0,
  interrupted: false,
  accelerator: { x86_64: 'tcg' },
  amplified: true,
  confidence: 0.99,
  expect: 'fixed',
  startedAt: '2026-11-22T14:17:45.080Z',
  durationMs: 612_000,
  versions: { zsharness: '0.1.0', node: 'v20.20.2' },
  command: ['zsharness', 'run', '--config', 'zpool-on'],
  seed: '1',
  pairs: [aPair()],
  cells: [aCrash(), aCell()],
  explorations: [],
  notes: [],
  plan: null,
  corpus: [],
  comparison: null,
  schedule: null,
  ...part,
})

/** A splat of the crash without the patch. */
export const aSplat = (part: Partial<Splat> = {}): Splat => {
  const frame = (name: string, location: string | null) => ({
    function: name,
    offset: 16,
    size: 64,
    module: null,
    location,
    unreliable: false,
    inlined: [],
  })
  return {
    family: 'oops',
    kind: 'general-protection',
    title: 'general protection fault in obj_to_location',
    function: 'obj_to_location',
    corrupted: null,
    access: null,
    task: 'kworker/u4:2',
    pid: 34,
    cpu: 1,
    kernel: '6.1.192',
    workqueue: 'zswap-shrink shrink_worker',
    frames: [frame('obj_to_location', 'mm/zsmalloc.c:901'), frame('zs_map_object', 'mm/zsmalloc.c:1302')],
    allocStack: [],
    freeStack: [],
    timeS: 3.1,
    line: 2,
    consequenceOf: null,
    bucket: 'wild-access:obj_to_location',
    fingerprint: 'cafe',
    guilty: null,
    lines: ['general protection fault, probably for non-canonical address', 'Call Trace:', ' zs_map_object+0x10/0x40'],
    ...part,
  }
}

/** A loaded report of this run, with a splat for each console finding. */
export const aReport = (run: RunResult = aRun(), part: Partial<Report> = {}): Report => ({
  run,
  dir: 'results/latest',
  cells: run.cells.map(
    (cell): CellReport => ({
      cell,
      splats: cell.findings.filter(({ oracle }) => oracle === 'console').map(({ title }) => aSplat({ title })),
      records: [],
      consoleTail: [],
      coverage: null,
    }),
  ),
  unfinished: [],
  problems: [],
  patches: [],
  ...part,
})
