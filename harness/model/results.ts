// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { ARCHS, LANES, LEGS, OWN_LANES } from './names.ts'

/** The version of `run.json`, whose contract is in README.md. Version 1 only gets new fields. */
export const SCHEMA_VERSION = 1

export const archName = z.enum(ARCHS)
export const legName = z.enum(LEGS)
export const laneName = z.enum(LANES)
/** The lanes that `--lane` and plans can name. */
export const ownLaneName = z.enum(OWN_LANES)
export const cellVerdict = z.enum(['pass', 'fail', 'inconclusive', 'error'])
export const pairVerdict = z.enum(['fixed', 'clean', 'not-fixed', 'regression', 'not-demonstrated', 'invalid'])
/** The verdict that a run asks for: `clean` is for a series whose bug cannot be shown. */
export const expectation = z.enum(['fixed', 'clean'])

/** A problem of a leg, and the oracle that found it. */
export const finding = z.object({
  kind: z.string(),
  title: z.string(),
  oracle: z.string(),
  /** Recorded in series.yaml as known: reported, but does not fail the cell. */
  known: z.boolean(),
  /** True for a splat with the signature of the bug under test. */
  signature: z.boolean(),
  detail: z.string(),
  lane: laneName.nullable(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  /** For a known finding, what series.yaml says about it; null otherwise, and in runs of an older zsharness. */
  reason: z.string().nullable().default(null),
  remedy: z.string().nullable().default(null),
  /** Where it showed, and its innermost functions; missing for one of the build, and one that the host explains. */
  shown: z.object({ in: z.enum([...LANES, 'boot']), stack: z.array(z.string()) }).nullish(),
  /** For a report of the kernel, its bug: the same on every architecture. Null otherwise, and in runs of an older zsharness. */
  bucket: z.string().nullable().default(null),
})

/** The signature of a bug that the user's programs made the unpatched kernel show first. */
export const derivedSignature = z.object({
  oracle: z.string(),
  kind: z.string(),
  title: z.string(),
  /** Functions, innermost first; empty when the kernel reported nothing. */
  stack: z.array(z.string()),
  /** The bug that the kernel reported, by name; null when it reported none, and in runs of an older zsharness. */
  bucket: z.string().nullable().default(null),
  /** The cell that showed it. */
  cell: z.string(),
})

/** How one program of the user ended. */
export const workloadEvidence = z.object({
  name: z.string(),
  /** Processes that were started; what follows is about these alone. */
  processes: z.number(),
  /** Why it could not be started. */
  error: z.string().nullable(),
  exits: z.array(z.object({ status: z.number(), count: z.number() })),
  signals: z.array(z.object({ signal: z.number(), count: z.number() })),
  /** Whether it ran until its time limit and was stopped. */
  timedOut: z.boolean(),
  elapsedMs: z.number(),
  stdoutBytes: z.number(),
  stderrBytes: z.number(),
})

/** What one lane exercised, by its own records. */
export const laneEvidence = z.object({
  lane: laneName,
  /** Null for a lane that did not end. */
  status: z.enum(['ok', 'skipped', 'failed']).nullable(),
  elapsedMs: z.number(),
  writtenBackPages: z.number(),
  pagesVerified: z.number(),
  windows: z.number(),
  hits: z.number(),
  failedEvictions: z.number(),
  /** Size classes of zsmalloc that held objects; 0 in lanes that do not look. */
  classesSeen: z.number(),
  /** What only this lane counts, by name; empty in runs of an older zsharness. */
  counters: z.record(z.string(), z.number()).default({}),
  /** Pages written back a second, from one sample of the lane to the next; empty in runs of an older zsharness. */
  rates: z.array(z.number()).default([]),
})

/** What happened at one hold point. */
export const holdEvidence = z.object({
  /** The point as in the text of the hold. */
  point: z.string(),
  /** By those whom it is for. */
  reached: z.number(),
  /** A CPU waited there. */
  held: z.number(),
  /** The wait ended because another CPU passed the other point. */
  met: z.number(),
  /** It ended because the time was over. */
  timedOut: z.number(),
  overridden: z.number(),
  /** Not counted, because the kernel had no room for the probe. */
  missed: z.number(),
})

/** How many allocations a sweep made fail. */
export const sweepEvidence = z.object({
  /** As for `--hold` and series.yaml. */
  sweep: z.string(),
  /** Those that were to fail: one for each task at each step. */
  set: z.number(),
  injected: z.number(),
})

/** Whether an oracle found something, nothing, or had no data to look at. */
export const oracleStatus = z.object({ name: z.string(), status: z.enum(['clean', 'found', 'no data']) })

/** What all lanes of a boot exercised. */
export const evidence = z.object({
  cpusOnline: z.number(),
  /** Pages written back, as counted by zswap. */
  writtenBackPages: z.number(),
  pagesVerified: z.number(),
  windows: z.number(),
  hits: z.number(),
  failedEvictions: z.number(),
  lanesRun: z.array(laneName),
  /** Lines that the patch adds; null when this leg was not built for coverage. */
  patchLines: z.object({ executable: z.number(), executed: z.number() }).nullable(),
  /** Each lane that began, in order; empty in runs of an older zsharness. */
  lanes: z.array(laneEvidence).default([]),
  /** Each program of the user that ended. */
  workloads: z.array(workloadEvidence).default([]),
  /** Each hold point, over the lanes that ended. */
  holds: z.array(holdEvidence).default([]),
  /** Each sweep of failing allocations, over the lanes that ended. */
  failNth: z.array(sweepEvidence).default([]),
  /** Trials of the search for hold points, and the orders of two points that it saw; null without a search. */
  search: z.object({ trials: z.number(), orders: z.number() }).nullable().default(null),
})

/** How often the bug had its chance in one boot. */
export const exposure = z.object({
  /** The lanes that can meet the bug, in order. */
  lanes: z.array(
    z.object({
      lane: laneName,
      /** Until the lane ended or the guest died. */
      seconds: z.number(),
      /** Hits of hold points; null where none waits for another CPU, or when the guest died without a last count. */
      hits: z.number().nullable(),
      /** Whether the user's programs ended before their time limit; only in their lane, where it ended. */
      ended: z.boolean().nullish(),
    }),
  ),
  /** Where the boot failed with the bug's signature: a lane, or `boot` for outside all lanes; null when it did not. */
  failedIn: z.enum([...LANES, 'boot']).nullable(),
})

/** Milliseconds. */
export const timings = z.object({
  treeMs: z.number(),
  buildMs: z.number(),
  bootMs: z.number(),
  lanesMs: z.number(),
})

/** Memory of a guest in MiB. */
export const DEFAULT_MEMORY_MIB = 512

/** A Kconfig fragment of the user. */
export const kconfigText = z.object({ file: z.string(), text: z.string() })

/** A program of the user that the guest runs. */
export const workloadProgram = z.object({
  /** Its file name, as reports show it. */
  name: z.string(),
  /** The absolute path of the source or the program. */
  file: z.string(),
  args: z.array(z.string()),
  /** The program for this architecture: its hash, by which a copy of it is found in the results. */
  sha256: z.string().nullable().default(null),
})

/** A hold point that can stand for a preemption of a schedule, as for `--hold`. */
export const holdChoice = z.object({ text: z.string(), why: z.string() })

/** One preemption of a schedule, and the points that can stand for it: the nearest first. */
export const holdFor = z.object({ thread: z.number(), choices: z.array(holdChoice) })

/** A failing schedule of `explore` that a run tries. */
export const triedSchedule = z.object({
  /** Its absolute path. */
  file: z.string(),
  /** The leg that fails on it. */
  leg: legName,
  scenario: z.string(),
  /** What went wrong in the exploration. */
  symptom: z.string(),
  /** Functions of the failing stack, innermost first. */
  stack: z.array(z.string()),
  /** Whether it is the bug of the series, which has a signature: then a booted kernel has to show that. */
  bySignature: z.boolean(),
  holds: z.array(holdFor),
})

/** What the user adds to the kernel, the machine and its workload. */
export const additions = z.object({
  kconfig: z.array(kconfigText).default([]),
  /** Parameters at the end of the kernel command line. */
  parameters: z.array(z.string()).default([]),
  memoryMiB: z.number().default(DEFAULT_MEMORY_MIB),
  /** The size of the second disk; 0 for none. */
  diskMiB: z.number().default(0),
  workloads: z.array(workloadProgram).default([]),
  /** The time limit of the programs, and the processes of each. */
  workloadS: z.number().default(30),
  workloadProcs: z.number().default(1),
  /** Hold points instead of those of the series. */
  holds: z.array(z.string()).default([]),
  /** Whether hold points are looked for, from the patch. */
  search: z.boolean().default(false),
  /** The schedule whose hold points are armed; null without `--schedule`. */
  schedule: triedSchedule.nullable().default(null),
  /** Functions of the bug's stack, innermost first, that the user gave; empty for the signature of the series. */
  signature: z.array(z.string()).default([]),
})

/** The settings of one boot; with the other fields of the cell they are enough to repeat it. */
export const request = z.object({
  /** The seed of this boot. */
  seed: z.string(),
  /** Seconds of each lane; null for each lane's own. */
  durationS: z.number().nullable(),
  amplify: z.boolean(),
  canary: z.string().nullable(),
  /** The folder of a series that is not in `patches/`; null for one that is, for patch files, and in older runs. */
  seriesPath: z.string().nullable().default(null),
  patchFiles: z.array(z.string()),
  extraPatchFiles: z.array(z.string()),
  llvm: z.boolean().default(false),
  added: additions.prefault({}),
  /** Whether the signature of the bug is what the programs made the before leg show. */
  derives: z.boolean().default(false),
})

/** What the kernel of a cell was made from. */
export const cellInputs = z.object({
  /** The content of the tree, whatever its name means today. */
  treeKey: z.string(),
  /** The sha256 of each patch of this leg, in order; `-` before one that was taken out. */
  patches: z.array(z.string()),
  /**
   * How the series was read on this tree: its patches are added (`applies`), or before has them taken out
   * (`already-applied`) or added (`reintroduces`); and whether `series.yaml` said so for its version, or the text of the
   * tree decided. Null in runs of an older zsharness.
   */
  reading: z
    .object({
      state: z.enum(['applies', 'already-applied', 'reintroduces']),
      by: z.enum(['version', 'text']),
      /** Whether the tree had the bases of the series already. */
      basesInTree: z.boolean(),
    })
    .nullable()
    .default(null),
  toolchain: z.string(),
  /** A key of the wanted options and make's variables; null when there was no build. */
  options: z.string().nullable(),
})

/** The object of a file that the series touches, as compiled with the configuration of this cell. */
export const objectSize = z.object({
  file: z.string(),
  /** Code and constants in bytes, as `size` counts text; null when it was not compiled. */
  textBytes: z.number().nullable(),
  /** The same without the patch; null on the before leg, or where that leg was not built. */
  textBytesBefore: z.number().nullable(),
})

/** The name of a folder below `cells/`: a damaged or forged run must not lead anywhere else. */
const cellId = z.string().regex(/^(?!\.{1,2}$)[^/\0]+$/, 'is not the name of a folder')

/** Boots that were tried with the same hold points. */
export const tried = z.object({
  holds: z.array(z.string()),
  boots: z.number(),
  failures: z.number(),
  /** Mean seconds of the lane until the failure; null without a failure. */
  seconds: z.number().nullable(),
})

/** The failure that a search for hold points brought. */
export const found = z.object({
  lane: laneName,
  /** Of all lanes until it failed. */
  seconds: z.number(),
  /** The number of the trial. */
  trial: z.number(),
  /** The holds of that trial, as texts for `--hold` and series.yaml. */
  armed: z.array(z.string()),
  /**
   * The fewest points that always bring the failure, and the workload alone beside them. `best` is null when no points
   * do, or when the workload alone does in every lane that was tried.
   */
  minimised: z.object({ lane: laneName, best: tried.nullable(), alone: tried }).nullable(),
})

/** The hold points of a boot. */
export const holdPoints = z.object({
  /** Who named them: `--hold`, series.yaml, the harness for this kernel, a search from the patch, or a schedule. */
  from: z.enum(['flags', 'series', 'harness', 'search', 'schedule']),
  /** What was armed; empty for a search, of which each trial arms its own. */
  armed: z.array(
    z.object({
      /** As for `--hold` and series.yaml. */
      text: z.string(),
      /** Empty for every lane. */
      lanes: z.array(laneName),
      /** Whether it is an override, which changes what the code does. */
      override: z.boolean(),
      /** Whether it is a sweep, which makes allocations fail. */
      sweep: z.boolean().default(false),
    }),
  ),
  /** Whether they are the race of frees with reclaim that lane `race` is for. */
  race: z.boolean(),
  /** For the points of a schedule: why this one stands for a preemption, and why no nearer one does. */
  chosen: z.array(holdChoice.extend({ instead: z.array(holdChoice) })).default([]),
})

export const cell = z.object({
  id: cellId,
  arch: archName,
  leg: legName,
  config: z.string(),
  profile: z.string(),
  tree: z.string(),
  series: z.string(),
  run: z.number(),
  /** The requested lanes, in order. */
  lanes: z.array(laneName),
  /** What cannot be checked on this kernel, whatever runs on it; empty in runs of an older zsharness. */
  notChecked: z.array(z.string()).default([]),
  verdict: cellVerdict,
  /** The reason for the verdict, in one sentence. */
  reason: z.string(),
  findings: z.array(finding),
  /** Every oracle that looked at this cell; empty in runs of an older zsharness. */
  oracles: z.array(oracleStatus).default([]),
  evidence,
  /** Null when the kernel was not booted, and in runs of an older zsharness. */
  exposure: exposure.nullable().default(null),
  /** How much of each second QEMU's threads waited for a CPU of the host, all together; null where it is not known. */
  waitShare: z.number().nullable().default(null),
  timings,
  kernel: z.object({
    version: z.string(),
    key: z.string(),
    cached: z.boolean(),
    compiled: z.number(),
    /** What confined the build: bwrap, unshare or none; null in runs of an older zsharness, and without a kernel. */
    sandbox: z.enum(['bwrap', 'unshare', 'none']).nullable().default(null),
  }),
  commands: z.object({ make: z.array(z.string()), qemu: z.array(z.string()) }),
  machine: z.string(),
  /** The bundle that was booted; null for a kernel that was built for this run, and in runs of an older zsharness. */
  bundle: z.object({ sha256: z.string() }).nullable().default(null),
  /** Null in runs of an older zsharness. */
  request: request.nullable().default(null),
  /** Null in runs of an older zsharness, and when the tree or the series could not be had. */
  inputs: cellInputs.nullable().default(null),
  /** Empty in runs of an older zsharness. */
  objects: z.array(objectSize).default([]),
  /** What a search for hold points had armed when the kernel failed; null when it did not, and without a search. */
  found: found.nullable().default(null),
  /** Null for a boot without hold points, and in runs of an older zsharness. */
  holds: holdPoints.nullable().default(null),
  /** Where a cluster ran it, in which attempt, and that node's QEMU; null for a run on one machine. */
  placed: z.object({ node: z.string(), attempt: z.number(), qemu: z.string() }).nullable().default(null),
})

/** The exposure of both legs to the bug in one lane, in one unit. */
export const stream = z.object({
  /** Null for all boots, whatever they ran. */
  lane: laneName.nullable(),
  unit: z.enum(['hits', 'seconds', 'boots']),
  /** Failures of the unpatched kernel with the bug's signature, and its exposure. */
  failures: z.number(),
  before: z.number(),
  /** The exposure that the patched kernel passed. */
  after: z.number(),
  /** The unpatched kernel's failures per unit, at least: the exact one-sided bound at the pair's confidence. */
  rateLow: z.number(),
})

/** How often the unpatched kernel failed with the bug's signature, and how likely the clean patched boots are luck. */
export const strength = z.object({
  shown: z.number(),
  boots: z.number(),
  /** 95 % interval of the unpatched kernel's failure rate. */
  rateLow: z.number(),
  rateHigh: z.number(),
  /** Clean boots of the patched kernel. */
  passed: z.number(),
  /** A bound for the chance of such a result if the bug were still there (harness/verdict/README.md). */
  luck: z.number(),
  /** What `fixed` needs: luck below 1 − confidence. Null in runs of an older zsharness, where luck counts boots. */
  confidence: z.number().nullable().default(null),
  exposure: z.array(stream).default([]),
})

const speed = z.object({
  /** Pages written back a second, on average. */
  mean: z.number(),
  /** The seconds that were measured. */
  samples: z.number(),
})

/** How fast both kernels wrote back in a lane. */
export const throughput = z.object({
  lane: laneName,
  before: speed,
  after: speed,
  /** The change from before to after: -0.3 is slower by 30 %. */
  change: z.number(),
  /** Half of the change's 95 % interval, from how much the seconds of these boots differ. */
  noise: z.number(),
})

/** A failure that an exploration found. No kernel that was booted has shown it. */
export const modelFailure = z.object({
  leg: legName,
  scenario: z.string(),
  kind: z.string(),
  text: z.string(),
  /** The innermost place with a file of the kernel. */
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  /** Whether it has the signature of the bug under test. */
  signature: z.boolean(),
  /** Whether it rests on a model of ours, which may be wrong. */
  model: z.boolean(),
  /** The file for `zsharness explore --replay`, in the run's folder. */
  schedule: z.string().nullable(),
})

/** The folder of an exploration: a damaged or forged run must not lead anywhere else. */
const explorePath = z.string().regex(/^explore(?:\/(?!\.{1,2}$)[^/\0]+)?$/, 'is not a folder of explore/')

/** What the exploration of the kernel's own objects says about a series on a tree: evidence, and never a verdict. */
export const exploration = z.object({
  name: z.string(),
  tree: z.string(),
  series: z.string(),
  config: z.string(),
  /** Of the explored objects, whatever the pair boots. */
  arch: archName,
  legs: z.array(legName),
  /** `explored`: before fails with the bug, after is complete to a bound, and every line of the patch ran. */
  status: z.enum(['explored', 'inconclusive', 'not-explored']),
  reason: z.string(),
  /** Preemptions up to which every scenario of the after leg is complete; `all` when no schedule is left. */
  bound: z.union([z.number(), z.literal('all'), z.null()]),
  /** Those of one leg, and the schedules of all legs. */
  scenarios: z.number(),
  schedules: z.number(),
  /** Lines of the patch with code, and those of them that ran; null where that was not measured. */
  patchLines: z.object({ executable: z.number(), executed: z.number() }).nullable(),
  /** The first one of each leg: the bug, if it is among them. */
  failures: z.array(modelFailure),
  /** Files that the patch changes and that were not explored. */
  unexplored: z.array(z.string()),
  /** Whether an earlier run had searched. */
  cached: z.boolean(),
  /** From the start of the run to the answer. */
  answeredMs: z.number(),
  /** The folder of the whole answer, in the run's folder; null without one. */
  path: explorePath.nullable(),
})

export const pair = z.object({
  arch: archName,
  config: z.string(),
  profile: z.string(),
  /** Null in runs of an older zsharness, which had one tree and one series. */
  tree: z.string().nullable().default(null),
  series: z.string().nullable().default(null),
  /** The common start of its cells' names. */
  name: z.string().nullable().default(null),
  verdict: pairVerdict,
  reason: z.string(),
  /** Null unless both kernels ran; in runs of an older zsharness, unless the unpatched one was booted several times. */
  strength: strength.nullable().default(null),
  /** By lane; empty unless both kernels passed, and in runs of an older zsharness. */
  throughput: z.array(throughput).default([]),
  /** The signature, when it is what the before leg showed first; null when it is that of the series. */
  derived: derivedSignature.nullable().default(null),
  /** Null where nothing was explored, and in runs of an older zsharness. */
  explored: exploration.nullable().default(null),
})

/** What a phase of the work took. Phases may overlap, and one may be part of another. */
export const phase = z.object({
  /** The cell, or the tree, that the work was for; empty for the whole run. */
  scope: z.string(),
  name: z.string(),
  /** Milliseconds. */
  ms: z.number(),
})

/** The plan that a run executes, or executes a shard of. */
export const planned = z.object({
  name: z.string(),
  /** `1/2`; null for the whole plan. */
  shard: z.string().nullable(),
  /** All cells of the plan, in order. */
  cells: z.array(z.string()),
  /** Cells of the plan's file that the flags left out: how many, by series. */
  leftOut: z.record(z.string(), z.number()).default({}),
})

/** A bug that shipped, as its series.yaml describes it. */
export const bug = z.object({
  series: z.string(),
  title: z.string(),
  commit: z.string(),
  cve: z.string().nullable(),
  people: z.array(z.string()),
  /** Whether CPUs have to meet for it to show. */
  timing: z.boolean(),
  /** The kernels where it can live, and whether it is there or was put back. */
  versions: z.array(z.object({ versions: z.string(), state: z.string(), note: z.string() })),
})

/** How one pair, or a cell without a pair, changed since an earlier run. */
export const change = z.object({
  what: z.string(),
  status: z.enum(['new', 'gone', 'still-failing', 'flaky']),
  /** The earlier and the new verdict; null when it did not run. */
  was: z.string().nullable(),
  now: z.string().nullable(),
  reason: z.string(),
  /** Where it failed then and fails now: failures of other bugs than then, and those that are not seen any more. */
  otherFailures: z.array(z.string()).default([]),
  goneFailures: z.array(z.string()).default([]),
})

export const run = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  verdict: z.enum([...cellVerdict.options, ...pairVerdict.options]),
  exitCode: z.number(),
  interrupted: z.boolean(),
  accelerator: z.record(z.string(), z.string()),
  amplified: z.boolean(),
  /** The confidence that `fixed` needs. */
  confidence: z.number().default(0.99),
  expect: expectation.default('fixed'),
  startedAt: z.string(),
  durationMs: z.number(),
  versions: z.record(z.string(), z.string()),
  command: z.array(z.string()),
  seed: z.string(),
  pairs: z.array(pair),
  cells: z.array(cell),
  /** Of every series, tree and config that was explored; those of pairs are in the pairs too. */
  explorations: z.array(exploration).default([]),
  notes: z.array(z.string()),
  /** In the order in which they ended; empty in runs of an older zsharness. */
  phases: z.array(phase).default([]),
  /** Null except for `matrix`. */
  plan: planned.nullable().default(null),
  /** What became of the schedule of `--schedule`: it changes no verdict. Null without one. */
  schedule: z
    .object({
      file: z.string(),
      leg: legName,
      /** The points that were armed on that leg. */
      holds: z.array(z.string()),
      /** Whether a booted kernel failed in the same way while these points were met. */
      confirmed: z.boolean(),
      reason: z.string(),
    })
    .nullable()
    .default(null),
  /** The bugs of the corpus among the series; empty in runs of an older zsharness. */
  corpus: z.array(bug).default([]),
  /** Null when there was no earlier run of the same selection. */
  comparison: z
    .object({ baseline: z.string(), changes: z.array(change) })
    .nullable()
    .default(null),
})

export type HoldChoice = z.infer<typeof holdChoice>
export type HoldFor = z.infer<typeof holdFor>
export type TriedSchedule = z.infer<typeof triedSchedule>
export type Additions = z.infer<typeof additions>
export type KconfigText = z.infer<typeof kconfigText>
export type WorkloadProgram = z.infer<typeof workloadProgram>
export type ArchName = z.infer<typeof archName>
export type LegName = z.infer<typeof legName>
export type LaneName = z.infer<typeof laneName>
export type DerivedSignature = z.infer<typeof derivedSignature>
export type WorkloadEvidence = z.infer<typeof workloadEvidence>
export type CellVerdict = z.infer<typeof cellVerdict>
export type PairVerdict = z.infer<typeof pairVerdict>
export type HoldPoints = z.infer<typeof holdPoints>
export type Found = z.infer<typeof found>
export type Tried = z.infer<typeof tried>
export type Finding = z.infer<typeof finding>
export type Evidence = z.infer<typeof evidence>
export type HoldEvidence = z.infer<typeof holdEvidence>
export type SweepEvidence = z.infer<typeof sweepEvidence>
export type LaneEvidence = z.infer<typeof laneEvidence>
export type OracleStatus = z.infer<typeof oracleStatus>
export type CellResult = z.infer<typeof cell>
export type PairResult = z.infer<typeof pair>
export type Exposure = z.infer<typeof exposure>
export type Stream = z.infer<typeof stream>
export type Throughput = z.infer<typeof throughput>
export type Strength = z.infer<typeof strength>
export type Expectation = z.infer<typeof expectation>
export type CellInputs = z.infer<typeof cellInputs>
export type ObjectSize = z.infer<typeof objectSize>
export type Change = z.infer<typeof change>
export type Exploration = z.infer<typeof exploration>
export type ModelFailure = z.infer<typeof modelFailure>
export type Comparison = NonNullable<z.infer<typeof run>['comparison']>
export type Phase = z.infer<typeof phase>
export type Bug = z.infer<typeof bug>
export type PlannedRun = z.infer<typeof planned>
export type RunResult = z.infer<typeof run>
