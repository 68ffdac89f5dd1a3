// SPDX-License-Identifier: MIT
import { z } from 'zod'

// guest/explore/README.md describes every line and field.

const whole = z.number().int().nonnegative()
// printf writes 0 without its 0x.
const hex = z.string().regex(/^(?:0|0x[0-9a-f]+)$/)

const plan = z.object({
  type: z.literal('plan'),
  /** Those of every shard, in the order of their numbers. */
  scenarios: z.array(z.object({ name: z.string().min(1), threads: whole })),
  memory: z.enum(['sc', 'tso']),
  points: z.string(),
  seed: whole.default(0),
  shard: z.string(),
  /** What is a model and not the kernel's own code. */
  models: z.array(z.string()).default([]),
})

const scenario = z.object({
  type: z.literal('scenario'),
  name: z.string().min(1),
  threads: whole,
  /** Null without a bound. */
  bound: whole.nullable(),
  schedules: whole,
  states: whole,
  steps: whole,
  /** Schedules that failed: each such scenario has a failure. */
  failing: whole.default(0),
  /** Every schedule with at most `bound` preemptions was walked. */
  complete: z.boolean(),
  /** No schedule was cut off by the bound: none with more preemptions is left. */
  exhausted: z.boolean().default(false),
  ms: z.number().nonnegative(),
})

const step = z.object({
  thread: whole,
  op: z.string(),
  pc: hex.nullish(),
  stack: z.array(hex).default([]),
  address: hex.nullish(),
  size: whole.nullish(),
  object: z.string().nullish(),
  /** From the start of the object. */
  offset: whole.nullish(),
  name: z.string().nullish(),
  /** What the step is, in words. */
  text: z.string().nullish(),
})

const symptom = z.object({
  kind: z.string().min(1),
  text: z.string(),
  thread: whole.nullish(),
  address: hex.nullish(),
  size: whole.nullish(),
  stack: z.array(hex).default([]),
})

/** An object that steps touch. */
const object = z.object({
  name: z.string(),
  size: whole,
  /** Return addresses: who allocated it. */
  stack: z.array(hex).default([]),
})

const failure = z.object({
  type: z.literal('failure'),
  scenario: z.string().min(1),
  bound: whole.nullable(),
  /** Schedules that were run until it. */
  nth: whole,
  schedule: z.string(),
  /** The scenario in its text form. */
  text: z.string().default(''),
  symptom,
  /** A model is in the stack, or the check rests on what a model asserts. */
  model: z.boolean(),
  steps: z.array(step),
  objects: z.array(object).default([]),
})

const replayed = z.object({
  type: z.literal('replayed'),
  failed: z.literal(false),
  steps: z.union([whole, z.array(step)]).default(0),
})

const pcs = z.array(hex)
const code = z.object({ type: z.literal('code'), pcs })
const executed = z.object({
  type: z.literal('executed'),
  pcs,
  /** Two of them that one thread came to, one after the other. */
  pairs: z.array(z.tuple([hex, hex])).default([]),
})

const end = z.object({
  type: z.literal('end'),
  reason: z.enum(['complete', 'budget', 'stopped']),
  schedules: whole,
  states: whole,
  ms: z.number().nonnegative(),
  cores: whole.default(1),
})

const record = z.discriminatedUnion('type', [plan, scenario, failure, replayed, code, executed, end])

/** One line of the explorer. */
export type ExplorerRecord = z.infer<typeof record>
export type Plan = z.infer<typeof plan>
/** What was walked of a scenario at one bound. */
export type Walked = z.infer<typeof scenario>
/** A schedule that fails. */
export type RawFailure = z.infer<typeof failure>
export type RawStep = z.infer<typeof step>

const SHOWN = 120

/** The record in this line, or what is wrong with the line. */
export const parseRecord = (line: string): { readonly record: ExplorerRecord } | { readonly problem: string } => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: `not JSON: ${JSON.stringify(line.slice(0, SHOWN))}` }
  }
  const result = record.safeParse(value)
  if (result.success) return { record: result.data }
  const [issue] = result.error.issues
  return { problem: `${JSON.stringify(line.slice(0, SHOWN))}: ${issue?.path.join('.')}: ${issue?.message}` }
}

/** Return addresses of calls that count blocks: those that ran, and which ran one after the other. */
export interface Executed {
  readonly pcs: readonly string[]
  readonly pairs: readonly (readonly [string, string])[]
}

/** What several processes ran together. */
export const allExecuted = (all: readonly Executed[]): Executed => ({
  pcs: all.flatMap(({ pcs }) => pcs),
  pairs: all.flatMap(({ pairs }) => pairs),
})

const NAME = /^# (.+)$/

/** The scenarios of a list, in the text form: each begins with its name. */
export const parseList = (lines: readonly string[]): Plan['scenarios'] => {
  const found: Plan['scenarios'] = []
  for (const line of lines) {
    const name = NAME.exec(line)?.[1]
    if (name !== undefined) found.push({ name, threads: 0 })
    else if (/^thread\s*:/.test(line) && found.length > 0) found.at(-1)!.threads++
  }
  return found
}

/** What one process said, in order. */
export interface Testimony {
  readonly plan: Plan
  readonly walked: readonly Walked[]
  readonly failures: readonly RawFailure[]
  readonly executed: Executed
  /** Undefined when it was stopped. */
  readonly end: z.infer<typeof end> | undefined
}

/** Why these records cannot be a whole account of a search; undefined when they can. */
const whyNotWhole = (records: readonly ExplorerRecord[], wasStopped: boolean): string | undefined => {
  const [first, ...others] = records
  if (first?.type !== 'plan') return 'it printed no plan first'
  if (others.some(({ type }) => type === 'plan')) return 'it printed two plans'
  if (records.some(({ type }) => type === 'replayed')) return 'it replayed a schedule'
  const ends = records.filter(({ type }) => type === 'end').length
  if (ends > 1 || (ends === 1 && records.at(-1)?.type !== 'end')) return 'it went on after its end'
  if (ends === 0 && !wasStopped) return 'it ended without an end line'
  const failed = new Set(records.map((one) => (one.type === 'failure' ? one.scenario : undefined)))
  const silent = records.find((one) => one.type === 'scenario' && one.failing > 0 && !failed.has(one.name))
  // A stop may come between the two.
  if (silent?.type === 'scenario' && !wasStopped) return `it did not say how ${silent.name} fails`
  const known = new Set(first.scenarios.map(({ name }) => name))
  if (known.size !== first.scenarios.length) return 'its plan names a scenario twice'
  const odd = records.find((one) => one.type === 'scenario' && !known.has(one.name))
  return odd?.type === 'scenario' ? `its plan has no scenario ${odd.name}` : undefined
}

const ofType = <T extends ExplorerRecord['type']>(records: readonly ExplorerRecord[], type: T) =>
  records.filter((one): one is Extract<ExplorerRecord, { type: T }> => one.type === type)

const namesIn = ({ scenarios }: Plan): string => JSON.stringify(scenarios.map(({ name }) => name))

/**
 * The account of one process, or why its records are none. `listed` is what the explorer lists for the same arguments: the
 * plan of a process that prints none, and the same as that of one that does.
 */
export const testimonyOf = (
  said: readonly ExplorerRecord[],
  wasStopped: boolean,
  listed?: Plan,
): { readonly testimony: Testimony } | { readonly problem: string } => {
  const [first] = said
  if (listed && first?.type === 'plan' && namesIn(first) !== namesIn(listed))
    return { problem: 'its plan is not what it lists' }
  const records = listed && first?.type !== 'plan' ? [listed, ...said] : said
  const problem = whyNotWhole(records, wasStopped)
  if (problem !== undefined) return { problem }
  return {
    testimony: {
      plan: ofType(records, 'plan')[0]!,
      walked: ofType(records, 'scenario'),
      failures: ofType(records, 'failure'),
      executed: allExecuted(ofType(records, 'executed')),
      end: ofType(records, 'end')[0],
    },
  }
}
