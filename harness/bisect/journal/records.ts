// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { additions, archName, laneName } from '../../model/results.ts'
import { slurmFlags } from '../../submit/model.ts'

export const JOURNAL_VERSION = 1

/** A failure that a run or a build showed. */
export const sighting = z.object({
  kind: z.string(),
  title: z.string(),
  oracle: z.string(),
  /** It has the signature of the series' own bug. */
  signature: z.boolean(),
  /** The bug that the kernel reported, by name; null for any other failure, and in the journal of an older zsharness. */
  bucket: z.string().nullable().default(null),
})

/** The failure that is searched for; null matches anything. */
export const symptom = z.object({
  kind: z.string().nullable(),
  title: z.string().nullable(),
  oracle: z.string().nullable(),
  /** Only failures with the signature of the series' own bug. */
  signature: z.boolean(),
  /** The bug by name, whatever its report is called at another commit. */
  bucket: z.string().nullable().default(null),
})

const commit = z.object({
  id: z.string(),
  parents: z.array(z.string()),
  subject: z.string(),
  author: z.string(),
  date: z.string(),
})

const settings = z.object({
  confidence: z.number(),
  proofHits: z.number(),
  maxEndRuns: z.number(),
  maxRuns: z.number(),
  always: z.number(),
})

/** How commits are tested, complete enough to resume after a kill. */
export const testPlan = z.discriminatedUnion('by', [
  z.object({ by: z.literal('script'), command: z.string(), timeoutS: z.number() }),
  z.object({
    by: z.literal('kernel'),
    arch: archName,
    config: z.string(),
    profile: z.string(),
    lanes: z.array(laneName),
    durationS: z.number().nullable(),
    amplify: z.boolean(),
    series: z.string(),
    /** What the user adds; nothing in the journal of an older zsharness. */
    added: additions.prefault({}),
    /** The sha256 of the file of each program, as it was at the start. */
    programFiles: z.array(z.string()).default([]),
  }),
])

/** How a bisection runs on a cluster, the same on whatever machine it is resumed. */
export const submitted = z.object({
  engine: z.literal('slurm'),
  slurm: slurmFlags,
  /** What runs zsharness on a node. */
  program: z.array(z.string()),
  /** Runs of a commit at once. */
  atOnce: z.number(),
  /** The folder of the bisection, as all nodes see it. */
  dir: z.string(),
  /** What each job asks for. */
  cpus: z.number(),
  memoryMiB: z.number(),
})

/** Where a result was made. */
export const placed = z.object({
  node: z.string(),
  job: z.number(),
  /** 1, 2, … over all nodes. */
  attempt: z.number(),
  /** The compiler and the accelerator: results of different ones cannot be compared. */
  tools: z.string(),
})

/** The first record: what is searched, where and how. */
export const startRecord = z.object({
  t: z.literal('start'),
  version: z.literal(JOURNAL_VERSION),
  at: z.string(),
  /** The command line of the start; empty in the journal of an older zsharness. */
  command: z.array(z.string()).default([]),
  repo: z.string(),
  tree: z.string(),
  ends: z.object({ bad: z.string(), good: z.array(z.string()), bases: z.array(z.string()) }),
  /** The ends' own commits, for the report. */
  endCommits: z.array(commit),
  commits: z.array(commit),
  paths: z.array(z.string()),
  carry: z.array(z.object({ name: z.string(), file: z.string() })),
  settings,
  /** Null when the bad end's first failure decides. */
  symptom: symptom.nullable(),
  plan: testPlan,
  seed: z.string(),
  /** Whether to revert the culprit on the bad end. */
  proof: z.boolean(),
  /** Null when this machine builds and boots. */
  submit: submitted.nullable().default(null),
})

export const symptomRecord = z.object({ t: z.literal('symptom'), at: z.string(), symptom })

const stage = z.enum(['bad-end', 'good-end', 'search', 'retest', 'proof'])

/** Runs that are about to be submitted. A resumed search waits for them before it decides anything. */
export const sentRecord = z.object({
  t: z.literal('sent'),
  at: z.string(),
  commit: z.string(),
  stage,
  reason: z.string(),
  /** As in the records of the runs; 0 for a build. */
  runs: z.array(z.number()).readonly(),
  /** The folder of the submission, relative to the bisection's folder. */
  dir: z.string(),
})

export const runRecord = z.object({
  t: z.literal('run'),
  at: z.string(),
  commit: z.string(),
  stage,
  /** Why this commit was chosen. */
  reason: z.string(),
  /** 1, 2, … for this commit; 0 for a build. */
  run: z.number(),
  outcome: z.enum(['bad', 'clean', 'blocked', 'skip', 'infra', 'built']),
  /** The reason for the outcome. */
  why: z.string(),
  sightings: z.array(sighting),
  image: z.string().nullable(),
  durationMs: z.number(),
  /** The folder of its logs, relative to the bisection's folder. */
  dir: z.string().nullable(),
  placed: placed.nullable().default(null),
})

const end = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('culprit'), commit: z.string(), probability: z.number() }),
  z.object({
    kind: z.literal('set'),
    commits: z.array(z.string()).readonly(),
    skipped: z.array(z.string()).readonly(),
    probability: z.number(),
  }),
  z.object({ kind: z.literal('bad-is-good'), commit: z.string(), runs: z.number() }),
  z.object({ kind: z.literal('good-is-bad'), commit: z.string() }),
  z.object({ kind: z.literal('base-is-bad'), commit: z.string() }),
  z.object({ kind: z.literal('end-untestable'), commit: z.string() }),
  z.object({ kind: z.literal('inconsistent') }),
  z.object({ kind: z.literal('out-of-runs'), commits: z.array(z.string()).readonly(), probability: z.number() }),
])

export const proof = z.object({
  verdict: z.enum(['proven', 'not-proven', 'no-revert', 'untestable']),
  why: z.string(),
  runs: z.number(),
})

export const endRecord = z.object({ t: z.literal('end'), at: z.string(), end })
export const proofRecord = z.object({ t: z.literal('proof'), at: z.string(), proof })

/** One line of the journal. */
export const journalRecord = z.discriminatedUnion('t', [
  startRecord,
  symptomRecord,
  sentRecord,
  runRecord,
  endRecord,
  proofRecord,
])

export type Sighting = z.infer<typeof sighting>
export type Symptom = z.infer<typeof symptom>
export type TestPlan = z.infer<typeof testPlan>
export type StartRecord = z.infer<typeof startRecord>
export type Submitted = z.infer<typeof submitted>
export type Placed = z.infer<typeof placed>
export type SentRecord = z.infer<typeof sentRecord>
export type RunRecord = z.infer<typeof runRecord>
export type Proof = z.infer<typeof proof>
export type JournalRecord = z.infer<typeof journalRecord>
