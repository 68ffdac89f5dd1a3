// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { z } from 'zod'
import { contentKey } from '../../lib/files/hash.ts'
import { canonicalJson } from '../../lib/text/canonical.ts'
import { type StartRecord, sighting, startRecord } from '../journal/records.ts'

/** What identifies one run of one commit: a node copies it into its answer. */
export const partId = z.object({
  /** A hash of the bisection's start record. */
  start: z.string(),
  commit: z.string(),
  /** The tree that is tested: the commit with the carried patches. */
  tree: z.string(),
  /** 0 for a build. */
  run: z.number(),
  /** A hash of the files of zsharness. */
  code: z.string(),
})
export type PartId = z.infer<typeof partId>

/** The file that a job reads: `bisect --part FILE`. */
export const partFile = z.object({
  schemaVersion: z.literal(1),
  /** The folder of the bisection. */
  bisection: z.string(),
  id: partId,
})
export type PartFile = z.infer<typeof partFile>

const sightings = z.array(sighting).readonly()

/** What a job found. `wrong`: the commit cannot be tested as the user asked, for example because a patch does not apply. */
const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), image: z.string().nullable(), why: z.string(), sightings }),
  z.object({ kind: z.literal('unbuildable'), why: z.string(), sightings }),
  z.object({ kind: z.enum(['complete', 'incomplete', 'unbootable', 'untestable']), why: z.string(), sightings }),
  z.object({ kind: z.literal('wrong'), why: z.string(), hint: z.string().nullable() }),
])
export type Found = z.infer<typeof found>

/** The file that a job leaves; without it there is no result. */
export const answerFile = z.object({
  schemaVersion: z.literal(1),
  id: partId,
  /** The compiler and the accelerator; empty for a script. */
  tools: z.string(),
  found,
})
export type AnswerFile = z.infer<typeof answerFile>

export const answerIn = (dir: string): string => join(dir, 'answer.json')

/** The same for the record that a bisection has just made and for the one that a node reads from the journal. */
export const startKey = (start: StartRecord): string =>
  contentKey(canonicalJson(startRecord.parse(JSON.parse(JSON.stringify(start)))))
