// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { archName, bug, laneName, pair, stream } from '../../model/results.ts'

/** How the unpatched kernel showed the bug. */
const symptom = z.object({
  oracle: z.string(),
  kind: z.string(),
  title: z.string(),
  /** Null outside all lanes. */
  lane: laneName.nullable(),
})

/** One bug on one kernel: both legs. */
const corpusPair = z.object({
  name: z.string(),
  tree: z.string(),
  /** Of the sources; empty when no kernel was built. */
  version: z.string(),
  arch: archName,
  config: z.string(),
  profile: z.string(),
  /** That of the pair; null when a leg is missing. */
  verdict: pair.shape.verdict.nullable(),
  reason: z.string(),
  /** Null when no boot showed the bug. */
  symptom: symptom.nullable(),
  /** Of each boot that showed it: from the start of the lanes that can meet the bug to the report, or to the end of the lane where nothing says when. */
  secondsToFailure: z.array(z.number()),
  before: z.object({ boots: z.number(), shown: z.number() }),
  after: z.object({ boots: z.number(), passed: z.number() }),
  /** Where and how often both legs had the chance to fail, in the lanes where the bug showed. */
  exposure: z.array(stream),
  /** A bound for the chance that the clean boots are luck; null when it is not known. */
  luck: z.number().nullable(),
})

const corpusBug = bug.extend({
  /** `fixed` when each of its pairs is; else the worst verdict of a pair; null when there is a pair without a verdict, or none. */
  verdict: pair.shape.verdict.nullable(),
  pairs: z.array(corpusPair),
})

/** The document of `report corpus --format json`. */
export const corpusSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.string(),
  plan: z.string().nullable(),
  startedAt: z.string(),
  durationMs: z.number(),
  accelerator: z.record(z.string(), z.string()),
  /** Bugs of which every pair is `fixed`, of all. */
  fixed: z.number(),
  bugs: z.array(corpusBug),
  /** Cells of the plan that did not run. */
  missing: z.array(z.string()),
  /** What the flags of the run left out of the plan: the number of cells, and the bugs that it has no cell of. */
  leftOut: z.object({ cells: z.number(), bugs: z.array(z.string()) }),
  /** What could not be read in the run's folder, and cells of other series that could not run. */
  problems: z.array(z.string()),
})

export type Corpus = z.infer<typeof corpusSchema>
export type CorpusBug = Corpus['bugs'][number]
export type CorpusPair = CorpusBug['pairs'][number]
