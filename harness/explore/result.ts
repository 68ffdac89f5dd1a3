// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { ARCHS, LEGS } from '../model/names.ts'
import { holdFor } from '../model/results.ts'

const place = z.strictObject({
  function: z.string(),
  file: z
    .string()
    .nullable()
    .meta({ description: 'Within the kernel tree, or in `guest/explore`; null when unknown.' }),
  line: z.number(),
})

const step = z.strictObject({
  thread: z.number().meta({ description: '0 sets up and cleans up; the threads of the scenario count from 1.' }),
  op: z.string(),
  on: z.string().nullable().meta({ description: 'A lock, an object or an address.' }),
  address: z.string().nullable(),
  size: z.number().nullable(),
  variable: z
    .string()
    .nullable()
    .meta({ description: 'What it touches as the source names it: `zspage->inuse`; null where that is not sure.' }),
  stack: z.array(place).meta({ description: 'Innermost first.' }),
  text: z.string().meta({ description: 'The line of the source.' }),
  matters: z.boolean().meta({ description: 'Whether it is in the short form of the schedule.' }),
})

const failure = z.strictObject({
  scenario: z.string(),
  scenarioText: z.string(),
  schedule: z.string().meta({ description: 'What `--replay` takes, with the scenario: see `file`.' }),
  file: z.string().nullable().meta({ description: 'The file in this folder for `--replay`.' }),
  bound: z.number().nullable().meta({ description: 'Preemptions at which it was found; null without a bound.' }),
  nth: z.number().meta({ description: 'Schedules that one process ran until it, this one included.' }),
  foundMs: z.number().nullable().meta({ description: 'Milliseconds from the start of the search.' }),
  kind: z.string(),
  text: z.string(),
  stack: z.array(place),
  model: z
    .boolean()
    .meta({ description: 'Whether it rests on a model of ours: then a wrong model may be to blame, not the kernel.' }),
  isBug: z.boolean().meta({ description: 'Whether it has the signature of the series.' }),
  unseen: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: 'What of the signature could not be compared; null when all of it was.' }),
  steps: z.array(step),
  holds: z.array(holdFor).meta({
    description:
      'Hold points that make a booted kernel run this schedule, for each preemption: `zsharness run --schedule` arms the first that the kernel has.',
  }),
})

const reached = z.strictObject({
  name: z.string(),
  threads: z.number(),
  complete: z.union([z.number(), z.literal('all'), z.null()]).meta({
    description:
      'All schedules with at most so many preemptions were run: `all` when none is left, null when not even those without one.',
  }),
  schedules: z.number(),
  states: z.number(),
  ms: z.number(),
})

const lines = z.strictObject({
  file: z.string(),
  lines: z.array(z.strictObject({ line: z.number(), text: z.string(), ran: z.boolean() })),
})

const leg = z.strictObject({
  leg: z.enum(LEGS),
  status: z
    .enum(['failed', 'searched', 'cannot', 'unbuilt'])
    .meta({ description: '`cannot`: this kernel cannot be explored. `unbuilt`: its objects do not compile.' }),
  reason: z.string(),
  objects: z.array(z.string()),
  models: z.array(z.string()).meta({ description: "What was a model and not the kernel's own code." }),
  frontier: z.string(),
  reached: z.array(reached),
  schedules: z.number(),
  states: z.number(),
  failures: z.array(failure),
  patchLines: z.array(lines).nullable().meta({ description: 'Null where they were not measured.' }),
  unexplored: z.array(z.string()).meta({ description: 'Files that the patch changes and that were not explored.' }),
  timings: z.strictObject({ objectsMs: z.number(), explorerMs: z.number(), searchMs: z.number(), readMs: z.number() }),
  cached: z.boolean(),
  makeArgv: z.array(z.string()),
})

/** `explore.json`. */
export const exploreSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    id: z.string(),
    startedAt: z.string(),
    durationMs: z.number(),
    command: z.array(z.string()),
    arch: z.enum(ARCHS),
    tree: z.string(),
    version: z.string(),
    series: z.string(),
    config: z.string(),
    compiler: z.string(),
    search: z.strictObject({
      memory: z.enum(['sc', 'tso']),
      points: z.enum(['sync', 'racy', 'all']),
      bound: z.number().nullable(),
      budgetMs: z.number(),
      generate: z.number().nullable(),
      seed: z.number(),
      processes: z.number(),
    }),
    verdict: z.enum(['explored', 'inconclusive']).meta({
      description:
        '`explored`: before fails with the bug of the series, after was explored up to a bound without a failure, and every line of the patch with code ran. It is evidence, and never a pass or a fail by itself.',
    }),
    reasons: z.array(z.string()),
    bound: z
      .union([z.number(), z.literal('all'), z.null()])
      .meta({ description: 'Preemptions up to which every scenario of the after leg is complete.' }),
    exitCode: z.number(),
    limits: z.array(z.string()),
    legs: z.array(leg),
  })
  .meta({ description: 'What `zsharness explore` found.' })

export type ExploreResult = z.infer<typeof exploreSchema>
export type LegResult = z.infer<typeof leg>
export type FoundFailure = z.infer<typeof failure>
