// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Patch, Series } from '../inputs/series/model.ts'
import { contentKey } from '../lib/files/hash.ts'
import { UsageError } from '../model/errors.ts'
import { LEGS } from '../model/names.ts'
import { holdFor, type TriedSchedule } from '../model/results.ts'

// It is an argument of the explorer, and Linux passes none of 128 KiB.
const LONGEST_SCHEDULE = 120_000

/** The version of the format: one of an older zsharness lacks what a run needs. */
const VERSION = 2

const content = z.strictObject({
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
  llvm: z.boolean(),
  /** Values of `--patch` and `--extra-patch`: files are absolute paths. */
  patchFiles: z.array(z.string()),
  extraPatchFiles: z.array(z.string()),
  /** The sha256 of each patch of the series, and of each one on top. */
  patches: z.array(z.string()),
  extraPatches: z.array(z.string()),
  /** The key of the explorer: on another one the schedule may not hold. */
  explorer: z.string(),
  failure: z.strictObject({ kind: z.string(), text: z.string(), stack: z.array(z.string()), isBug: z.boolean() }),
  holds: z.array(holdFor),
})

const schema = content.extend({ schemaVersion: z.literal(VERSION), check: z.string() })

/** A failing schedule in a file: all that `--replay` and `run --schedule` need. */
export type ReplayFile = z.infer<typeof content>

const checkOf = (file: ReplayFile): string => contentKey('schedule', JSON.stringify(content.parse(file)))

/** What is written of a failure. */
export const replayFile = (found: ReplayFile): z.infer<typeof schema> => ({
  schemaVersion: VERSION,
  ...found,
  check: checkOf(found),
})

const HINT = 'give a file that explore wrote: results/latest-explore/before/failure-1.schedule.json'
const AGAIN = 'explore again; a schedule cannot be written by hand'

const readJson = async (file: string, flag: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${flag} ${file}: cannot be read (${error.code ?? error.message})`, HINT)
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${flag} ${file}: not JSON`, HINT)
  }
}

const versionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined

/** Reads a schedule; a UsageError says what is wrong with the file. */
export const readReplay = async (file: string, flag = '--replay'): Promise<ReplayFile> => {
  const value = await readJson(file, flag)
  const version = versionOf(value)
  if (typeof version === 'number' && version !== VERSION)
    throw new UsageError(`${flag} ${file}: of format ${version}, but this zsharness reads ${VERSION}`, 'explore again')
  const result = schema.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new UsageError(`${flag} ${file}: ${issue?.path.join('.')}: ${issue?.message}`, HINT)
  }
  const { schemaVersion: _, check, ...found } = result.data
  if (check !== checkOf(found)) throw new UsageError(`${flag} ${file}: it was changed since explore wrote it`, AGAIN)
  return found
}

/** What is tested: the same patches have the same hashes. */
export interface Tested {
  readonly series: Pick<Series, 'name' | 'patches' | 'variants' | 'bases'>
  readonly extraPatches: readonly Pick<Patch, 'sha256'>[]
}

type Hashed = readonly Pick<Patch, 'sha256'>[]

export const hashesOf = (patches: Hashed): string[] => patches.map(({ sha256 }) => sha256)

/** The hashes of all patches that a series may add, on whatever tree. */
export const hashesOfSeries = ({ patches, variants, bases }: Tested['series']): string[] => [
  ...hashesOf(patches),
  ...variants.flatMap((variant) => hashesOf(variant.patches)),
  ...[...bases.values()].flatMap(hashesOfSeries),
]

const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()

/** Throws unless these are the patches with which the schedule was found: with others it means nothing. */
export const requirePatches = (
  file: string,
  flag: string,
  known: ReplayFile,
  { series, extraPatches }: Tested,
  given: { readonly series: boolean; readonly extraPatches: boolean },
): void => {
  const differs = (what: string, isGiven: boolean): never => {
    throw new UsageError(
      isGiven
        ? `${flag} ${file}: it was found with other patches than ${what}`
        : `${flag} ${file}: ${what} changed since it was found`,
      isGiven ? 'leave the flag out: the file names its patches' : 'explore again',
    )
  }
  if (!same(known.patches, hashesOfSeries(series)))
    differs(
      known.patchFiles.length > 0 && !given.series ? known.patchFiles.join(', ') : `those of ${series.name}`,
      given.series,
    )
  if (!same(known.extraPatches, hashesOf(extraPatches)))
    differs(given.extraPatches ? 'those of --extra-patch' : known.extraPatchFiles.join(', '), given.extraPatches)
}

/** What a run keeps of a schedule. */
export const triedOf = (
  file: string,
  { leg, scenario, failure, holds }: ReplayFile,
  { signature }: Pick<Series, 'signature'>,
): TriedSchedule => {
  const { kind, text, stack, isBug } = failure
  const bySignature = isBug && signature.length > 0
  return { file, leg, scenario, symptom: text === '' ? kind : `${kind}: ${text}`, stack, bySignature, holds }
}
