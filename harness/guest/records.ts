// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { laneName } from '../model/results.ts'
import { STATE_CHECK_NAMES } from './checks.ts'

// guest/README.md describes every record and field.

const count = z.number().nullable()
const base = { seq: z.number(), ms: z.number() }
const pages = z.object({ written: z.number(), verified: z.number(), wrong: z.number(), freed: z.number() })
const zswapCounters = z.record(z.string(), z.number().nullable()).nullable()

const race = z.object({
  windows: z.number(),
  hits: z.number(),
  timeouts: z.number(),
  missed: z.number(),
  /** Missing where the module does not see an eviction's result. */
  evictions: z.number().optional(),
  evictFailed: z.number().optional(),
})

const hello = z.object({
  ...base,
  t: z.literal('hello'),
  protocol: z.literal(1),
  release: z.string(),
  cmdline: z.string(),
  cpusOnline: z.number(),
  memTotalKiB: z.number(),
  /** Missing in records of an older guest. */
  seed: z.string().optional(),
  zswap: z
    .looseObject({ enabled: z.string().nullable(), zpool: z.string().nullable(), compressor: z.string().nullable() })
    .nullable(),
  /** Missing in records of an older guest. */
  holdModule: z.boolean().default(false),
  /** Where the sections of zsharness_hold are, for a debugger. */
  holdSections: z.record(z.string(), z.string()).default({}),
  taint: z.number().nullable(),
})

const laneStart = z.object({
  ...base,
  t: z.literal('laneStart'),
  lane: laneName,
  seconds: z.number(),
  windowUs: z.number(),
})

const sample = z.object({
  ...base,
  t: z.literal('sample'),
  lane: laneName,
  elapsedMs: z.number(),
  zswap: zswapCounters,
  pages,
  race: race.nullable(),
})

const trial = z.object({
  ...base,
  t: z.literal('trial'),
  lane: laneName,
  number: z.number(),
  /** Orders of two points that were seen before it. */
  orders: z.number(),
  armed: z.array(z.object({ point: z.number(), until: z.number(), us: z.number() })),
})

const wrongPage = z.object({
  ...base,
  t: z.literal('wrongPage'),
  lane: laneName,
  region: z.number(),
  index: z.number(),
  generation: z.number(),
  offset: z.number(),
  expected: z.string(),
  got: z.string(),
})

const balance = z.object({
  ...base,
  t: z.literal('balance'),
  lane: laneName,
  at: z.enum(['quiet', 'drained']),
  zsHandle: count,
  objUsed: count,
  /** Of zswap's own pools; missing in records of an older guest. */
  zswapObjUsed: count.default(null),
  storedPages: count,
  sameFilledPages: count,
  zspageSlab: count,
  objAllocated: count,
  pagesUsed: count,
  nrZspages: count,
  poolPages: count,
  /** The most pages of a zspage; missing in records of an older guest. */
  pagesPerZspage: count.default(null),
})

const check = z.object({
  ...base,
  t: z.literal('check'),
  lane: laneName,
  check: z.enum(STATE_CHECK_NAMES),
  expected: count,
  seen: count,
  /** What the kernel lacks for it, when it could not be compared. */
  unable: z.string().nullable().default(null),
})

const laneEnd = z.object({
  ...base,
  t: z.literal('laneEnd'),
  lane: laneName,
  status: z.enum(['ok', 'skipped', 'failed']),
  reason: z.string().nullable(),
  elapsedMs: z.number(),
  pages,
  zswap: zswapCounters,
  race: race.nullable(),
  /** Of each hold point: reached, held, met, timed out, overridden, results that are not 0, missed. */
  points: z.array(z.array(z.number())).default([]),
  /** Of each sweep: how many allocations were to fail, and how many did. */
  failNth: z.array(z.tuple([z.number(), z.number()])).default([]),
  classes: z
    .array(
      z.object({ size: z.number(), objectsPerZspage: z.number(), pagesPerZspage: z.number(), storedSeen: z.number() }),
    )
    .nullable(),
  /** Whether the lane makes zswap write back. */
  asksWriteback: z.boolean().default(false),
  /** What only this lane counts. */
  counters: z.record(z.string(), z.number()).default({}),
})

const coverage = z.object({
  ...base,
  t: z.literal('coverage'),
  lane: laneName,
  file: z.string(),
  part: z.number(),
  data: z.string(),
})

const ownProgram = { ...base, lane: z.literal('workload'), program: z.number(), name: z.string() }

const workloadStart = z.object({ ...ownProgram, t: z.literal('workloadStart'), processes: z.number() })

const workloadOutput = z.object({
  ...ownProgram,
  t: z.literal('workloadOutput'),
  stream: z.enum(['stdout', 'stderr']),
  /** The bytes before the text, in this stream. */
  offset: z.number(),
  /** A character for each byte. */
  text: z.string(),
})

const workloadEnd = z.object({
  ...ownProgram,
  t: z.literal('workloadEnd'),
  /** Those that were started, and those that are left although they were killed. */
  processes: z.number(),
  alive: z.number(),
  /** Why one could not be started. */
  error: z.string().nullable(),
  exits: z.array(z.object({ status: z.number(), count: z.number() })),
  signals: z.array(z.object({ signal: z.number(), count: z.number() })),
  timedOut: z.boolean(),
  elapsedMs: z.number(),
  stdoutBytes: z.number(),
  stderrBytes: z.number(),
})

const notice = z.object({ ...base, t: z.literal('notice'), text: z.string() })
const end = z.object({
  ...base,
  t: z.literal('end'),
  records: z.number(),
  lanesRun: z.number(),
  wrongPages: z.number(),
  /** The taint flags; missing in records of an older guest. */
  taint: z.number().nullish(),
})

const record = z.discriminatedUnion('t', [
  hello,
  laneStart,
  sample,
  trial,
  wrongPage,
  balance,
  check,
  workloadStart,
  workloadOutput,
  workloadEnd,
  laneEnd,
  coverage,
  notice,
  end,
])

/** One record of the guest. */
export type GuestRecord = z.infer<typeof record>
/** The counters of a lane while it runs. */
export type Sample = z.infer<typeof sample>
/** What zswap, zsmalloc and the slab caches hold, by their own count. */
export type Balance = z.infer<typeof balance>

/** The record in this line, or what is wrong with the line. */
export const parseRecord = (line: string): { readonly record: GuestRecord } | { readonly problem: string } => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: `not JSON: ${JSON.stringify(line.slice(0, 120))}` }
  }
  const result = record.safeParse(value)
  if (result.success) return { record: result.data }
  const issue = result.error.issues[0]
  return { problem: `record ${JSON.stringify(line.slice(0, 80))}: ${issue?.path.join('.')}: ${issue?.message}` }
}

/** All records of a guest, and what is wrong with the stream: unreadable lines, gaps, a wrong count. */
export interface Testimony {
  readonly records: readonly GuestRecord[]
  readonly problems: readonly string[]
}

const gaps = (records: readonly GuestRecord[]): readonly string[] => {
  const at = records.findIndex(({ seq }, index) => seq !== index)
  return at < 0 ? [] : [`record ${at} has number ${records[at]?.seq}: records were lost`]
}

/** Reads all lines of a guest. The last line may be cut off: the guest may have crashed while it wrote. */
export const readTestimony = (lines: readonly string[]): Testimony => {
  const records: GuestRecord[] = []
  const problems: string[] = []
  for (const [index, line] of lines.entries()) {
    const parsed = parseRecord(line)
    if ('record' in parsed) records.push(parsed.record)
    else if (index < lines.length - 1) problems.push(parsed.problem)
  }
  const last = records.at(-1)
  if (last?.t === 'end' && last.records !== records.length - 1)
    problems.push(`the end record counts ${last.records} records, but ${records.length - 1} arrived`)
  return { records, problems: [...problems, ...gaps(records)] }
}

/** The records of one type, in order. */
export const ofType = <T extends GuestRecord['t']>(
  records: readonly GuestRecord[],
  type: T,
): readonly Extract<GuestRecord, { t: T }>[] =>
  records.filter((entry): entry is Extract<GuestRecord, { t: T }> => entry.t === type)
