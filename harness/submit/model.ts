// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { archName, bug, expectation, legName, planned } from '../model/results.ts'
import { TASK_ID } from '../slurm/tasks.ts'

const word = z.string().refine((text) => !text.includes('\0'), 'has a NUL byte')
const path = word.min(1)
// Names of folders, and so of files that are read and written.
const taskId = z.string().regex(TASK_ID, 'cannot be the name of a folder')
const cellId = z.string().regex(/^[^/\0.][^/\0]*$/, 'cannot be the name of a folder')
const natural = z.number().int().nonnegative()
const positive = z.number().int().positive()

/** The file of one part, which a node reads: `--part FILE`. */
export const partFile = z.object({
  schemaVersion: z.literal(1),
  /** The run that it is a part of. */
  run: z.string(),
  id: z.string(),
  /** The cells to build and boot. A pair with `auto` may add boots to them. */
  cells: z.array(z.string()),
  /** Whether this part explores what it is the first to have. */
  explore: z.boolean(),
  /** What the submitting machine tests, and with which files of zsharness: `requestKey` and `codeKey`. */
  request: z.string(),
  code: z.string(),
})
export type PartFile = z.infer<typeof partFile>

/** Some cells of a run, for one task on one node. */
export const partPlan = z.object({
  id: taskId,
  cells: z.array(cellId).min(1, 'has no cell'),
  /** Kernels to build, before those that an earlier part has built. */
  builds: natural,
  /** Set for boots of kernels that another part builds: its id. */
  after: z.string().nullable(),
  /** Features that its node must have; null for any node. */
  constraint: z.string().nullable().default(null),
})
export type PartPlan = z.infer<typeof partPlan>

const cellPlan = z.object({
  id: cellId,
  tree: z.string(),
  series: z.string(),
  arch: archName,
  config: z.string(),
  profile: z.string(),
  leg: legName,
  run: positive,
  /** Whether boots are added until they prove the verdict. */
  auto: z.boolean(),
})
export type SubmittedCell = z.infer<typeof cellPlan>

/** How to submit. */
export const slurmFlags = z.object({
  partition: z.string().optional(),
  account: z.string().optional(),
  constraint: z.string().optional(),
  minutes: positive.optional(),
  sbatchArgs: z.array(word),
})
export type SlurmFlags = z.infer<typeof slurmFlags>

/** The `submission.json` of a submitted run: all that is needed to watch, resume and merge it. */
export const submission = z.object({
  schemaVersion: z.literal(1),
  /** The id of the merged run. */
  id: taskId,
  resultsDir: path,
  cwd: path,
  /** What runs zsharness on a node, and its arguments without those that only the submission needs. */
  program: z.array(word).min(1),
  argv: z.array(word),
  slurm: slurmFlags,
  parts: z.array(partPlan).min(1, 'has no part'),
  cells: z.array(cellPlan),
  resources: z.object({
    buildCpus: positive,
    buildMiB: positive,
    bootCpus: positive,
    bootMiB: positive,
  }),
  /** The run to compare with; null for the last one with the same selection. */
  baseline: z.string().nullable(),
  request: z.string(),
  code: z.string(),
  /** What the merged run says when no part has a result. */
  base: z.object({
    versions: z.record(z.string(), z.string()),
    amplified: z.boolean(),
    confidence: z.number(),
    expect: expectation,
    startedAt: z.string(),
    command: z.array(z.string()),
    seed: z.string(),
    plan: planned.nullable(),
    corpus: z.array(bug),
  }),
})
export type Submission = z.infer<typeof submission>
