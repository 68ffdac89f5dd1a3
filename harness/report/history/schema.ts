// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { archName, legName, run } from '../../model/results.ts'

const place = {
  tree: z.string(),
  series: z.string(),
  arch: archName,
  config: z.string(),
  profile: z.string(),
}

/** One run that was read. */
const nightRun = z.object({
  /** Its folder, by which everything else names it. */
  folder: z.string(),
  id: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  verdict: run.shape.verdict,
  exitCode: z.number(),
  interrupted: z.boolean(),
  /** Null for a run without a plan. */
  plan: z.string().nullable(),
  /** The version of zsharness. */
  zsharness: z.string(),
})

const night = z.object({
  run: z.string(),
  /** Of the pair; for a kernel without one, the worst of its boots. */
  verdict: run.shape.verdict,
  boots: z.number(),
  passed: z.number(),
  failed: z.number(),
  /** Whether the run was interrupted before all boots of a kernel without a pair: then a good verdict says nothing. */
  cut: z.boolean(),
  /** The first failure, else the reason for the verdict. */
  why: z.string(),
})

/** A pair, or a kernel without one, over all runs. */
const row = z.object({
  name: z.string(),
  ...place,
  /** Null for a pair. */
  leg: legName.nullable(),
  /** In the order of the runs; only those that had it. */
  nights: z.array(night),
  /** Where the last verdict that says something of the kernel is bad: the run where that began. Null otherwise. */
  firstBad: z.string().nullable(),
  /** The last good run before it, or of all. */
  lastGood: z.string().nullable(),
})

/** A kernel of which some boots fail and others pass. */
const flaky = z.object({
  name: z.string(),
  ...place,
  leg: legName,
  /** KVM or TCG: rates of one say nothing of the other. */
  machine: z.string(),
  /**
   * Whether one and the same kernel did both, with the same zsharness, lanes and settings; else it failed, passed and
   * failed again as something of these changed.
   */
  basis: z.enum(['same kernel', 'kernels differ']),
  /** Of the boots that passed or failed; with `same kernel`, of those with the same settings alone. */
  failed: z.number(),
  boots: z.number(),
  /** The interval of 95 % of the rate of failure. */
  low: z.number(),
  high: z.number(),
  titles: z.array(z.string()),
  /** The runs in which a boot failed. */
  failedIn: z.array(z.string()),
})

/** A figure of a kernel over the runs: the median of its boots. */
const figure = z.object({
  name: z.enum(['build', 'boot', 'pages', 'hits', 'object']),
  unit: z.enum(['s', 'pages/s', 'hits/s', 'bytes']),
  /** The object; null for all other figures. */
  file: z.string().nullable(),
  points: z.array(z.object({ run: z.string(), value: z.number() })),
})

const kernel = z.object({ name: z.string(), ...place, leg: legName, figures: z.array(figure) })

/** The document of `report history --format json`. */
export const historySchema = z.object({
  schemaVersion: z.literal(1),
  /** The folder of the runs. */
  results: z.string(),
  /** Oldest first. */
  runs: z.array(nightRun),
  rows: z.array(row),
  flaky: z.array(flaky),
  kernels: z.array(kernel),
  /** Folders that are no run, or could not be read as one, or repeat one. */
  notRead: z.array(z.object({ folder: z.string(), why: z.string() })),
})

export type History = z.infer<typeof historySchema>
export type NightRun = History['runs'][number]
export type HistoryRow = History['rows'][number]
export type Night = HistoryRow['nights'][number]
export type Flaky = History['flaky'][number]
export type HistoryKernel = History['kernels'][number]
export type Figure = HistoryKernel['figures'][number]
export type NotRead = History['notRead'][number]
