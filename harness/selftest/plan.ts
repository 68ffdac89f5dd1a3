// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { loadYaml } from '../inputs/yaml/load.ts'
import { paths } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import { laneName } from '../model/results.ts'

const text = z.string().trim().min(1)

/** A finding that catches a fault: its oracle, its kind and a part of its title. */
const expectation = z.strictObject({
  oracle: text,
  kind: text.optional(),
  title: text.optional(),
})

const workload = {
  config: text.default('zpool-on'),
  profile: text.default('kasan'),
  seconds: z.number().int().positive(),
  lanes: z.array(laneName).min(1),
}

const KINDS = ['leak', 'tag', 'freelist', 'loop', 'huge', 'lock', 'lifetime', 'counter', 'config-off'] as const

const mutant = z
  .strictObject({
    file: text,
    kind: z.enum(KINDS),
    ...workload,
    seconds: workload.seconds.default(8),
    lanes: workload.lanes.default(['restore']),
    expect: z.array(expectation).default([]),
    /** Why no test can distinguish it from the correct patch. */
    equivalent: text.optional(),
  })
  .refine(
    ({ expect, equivalent }) => (equivalent === undefined) === expect.length > 0,
    'needs either expect (what catches it) or equivalent (why nothing can catch it)',
  )

const canary = z.strictObject({
  name: text,
  ...workload,
  seconds: workload.seconds.default(3),
  lanes: workload.lanes.default(['pump']),
  expect: z.array(expectation).min(1),
})

const control = z.strictObject({
  name: text,
  ...workload,
  /** What the guest does besides its lanes; not a fault. */
  canary: text.nullable().default(null),
})

/** The schema of `patches/selftest/selftest.yaml`. */
export const selftestSchema = z.strictObject({
  controls: z.array(control),
  canaries: z.array(canary),
  mutants: z.array(mutant),
})

export type SelftestFile = z.output<typeof selftestSchema>
export type Expectation = z.output<typeof expectation>

/** One boot of the self-test. */
export interface Case {
  readonly name: string
  readonly type: 'control' | 'canary' | 'mutant'
  readonly kind: string
  readonly config: string
  readonly profile: string
  readonly lanes: readonly z.infer<typeof laneName>[]
  readonly seconds: number
  readonly expect: readonly Expectation[]
  readonly equivalent: string | null
  /** The patch to add to the after leg. */
  readonly patch: string | null
  /** The fault that the guest plants. */
  readonly canary: string | null
}

/** The folder of the wrong versions. */
export const selftestDir = (): string => join(paths.patches, 'selftest')

/** The cases of a file, with the correct patch first. */
export const casesOf = ({ controls, canaries, mutants }: SelftestFile, dir: string): readonly Case[] => [
  ...controls.map((one) => ({
    ...one,
    type: 'control' as const,
    kind: 'correct patch',
    expect: [],
    equivalent: null,
    patch: null,
  })),
  ...canaries.map((one) => ({
    ...one,
    type: 'canary' as const,
    kind: 'planted',
    equivalent: null,
    patch: null,
    canary: one.name,
  })),
  ...mutants.map(({ file, ...one }) => ({
    ...one,
    name: file.replace(/\.patch$/, ''),
    type: 'mutant' as const,
    equivalent: one.equivalent ?? null,
    patch: join(dir, file),
    canary: null,
  })),
]

/** All cases of the folder; a UsageError when its list and its patches differ. */
export const loadCases = async (dir = selftestDir()): Promise<readonly Case[]> => {
  const yaml = join(dir, 'selftest.yaml')
  const file = await loadYaml(yaml, selftestSchema)
  const there = (await readdir(dir)).filter((name) => name.endsWith('.patch'))
  const listed = file.mutants.map((one) => one.file)
  const missing = listed.find((name) => !there.includes(name))
  if (missing) throw new UsageError(`${yaml}: ${missing} is listed but does not exist`, 'correct the name')
  const unlisted = there.find((name) => !listed.includes(name))
  if (unlisted) throw new UsageError(`${yaml}: ${unlisted} is in the folder but not listed`, 'list it or remove it')
  return casesOf(file, dir)
}
