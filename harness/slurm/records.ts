// SPDX-License-Identifier: MIT
import { z } from 'zod'

const JOURNAL_VERSION = 1

export const startRecord = z.object({
  t: z.literal('start'),
  version: z.literal(JOURNAL_VERSION),
  at: z.string(),
  /** The run's name in the names of its jobs. */
  run: z.string().regex(/^[0-9a-f]{8}$/),
  /** A hash of the tasks: a folder is of one list of tasks. */
  tasks: z.string(),
})

const submissionNumber = z.number().int().positive()
const natural = z.number().int().nonnegative()

/** An array that is about to be submitted. If no `submitted` follows, its job is found by its name, or there is none. */
const submittingRecord = z.object({
  t: z.literal('submitting'),
  at: z.string(),
  sub: submissionNumber,
  /** The tasks of each element. */
  elements: z.array(z.array(z.string()).readonly()).readonly(),
  /** How many attempts at the tasks of each element there were before. */
  attempts: z.array(natural).readonly(),
})

const submittedRecord = z.object({
  t: z.literal('submitted'),
  at: z.string(),
  sub: submissionNumber,
  job: z.string().regex(/^\d+$/),
})

/** An element that ended without all of its results. */
const closedRecord = z.object({
  t: z.literal('closed'),
  at: z.string(),
  sub: submissionNumber,
  index: natural,
  why: z.string(),
  /** Tasks that lost one of their tries without an attempt that shows it. */
  lost: z.array(z.string()).readonly(),
})

/** Everything before was cancelled. */
const cancelledRecord = z.object({ t: z.literal('cancelled'), at: z.string() })

/** One line of the coordinator's journal. */
export const slurmRecord = z.discriminatedUnion('t', [
  startRecord,
  submittingRecord,
  submittedRecord,
  closedRecord,
  cancelledRecord,
])

export type StartRecord = z.infer<typeof startRecord>
export type SlurmRecord = z.infer<typeof slurmRecord>

export const startOf = (run: string, tasks: string, at: string): StartRecord => ({
  t: 'start',
  version: JOURNAL_VERSION,
  at,
  run,
  tasks,
})
