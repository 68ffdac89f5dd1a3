// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../model/errors.ts'
import { LEGS } from '../model/names.ts'

// It is an argument of the explorer, and Linux passes none of 128 KiB.
const LONGEST_SCHEDULE = 120_000

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  scenario: z.string().min(1),
  scenarioText: z.string().min(1),
  schedule: z
    .string()
    .max(LONGEST_SCHEDULE)
    .regex(/^[\x20-\x7e]+$/, 'is one line of text'),
  memory: z.enum(['sc', 'tso']),
  leg: z.enum(LEGS),
  tree: z.string(),
  series: z.string(),
  config: z.string(),
})

/** A schedule in a file: all that `--replay` needs. */
export type ReplayFile = z.infer<typeof schema>

/** What is written of a failure. */
export const replayFile = (found: Omit<ReplayFile, 'schemaVersion'>): ReplayFile => ({ schemaVersion: 1, ...found })

const HINT = 'give a file that explore wrote: results/latest-explore/before/failure-1.schedule.json'

const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--replay ${file}: cannot be read (${error.code ?? error.message})`, HINT)
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`--replay ${file}: not JSON`, HINT)
  }
}

/** Reads a schedule; a UsageError says what is wrong with the file. */
export const readReplay = async (file: string): Promise<ReplayFile> => {
  const result = schema.safeParse(await readJson(file))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UsageError(`--replay ${file}: ${issue?.path.join('.')}: ${issue?.message}`, HINT)
}
