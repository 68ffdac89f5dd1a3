// SPDX-License-Identifier: MIT
import { z } from 'zod'
import type { HoldPlan } from '../guest/holds.ts'
import { patchMail } from '../inputs/series/patchmail.ts'
import { seriesSchema } from '../inputs/series/schema.ts'
import {
  additions,
  archName,
  cellInputs,
  DEFAULT_MEMORY_MIB,
  holdChoice,
  laneName,
  legName,
  request,
} from '../model/results.ts'
import { staysBelow } from './path.ts'

/** The version of a bundle's format. A bundle of another one is refused. */
export const BUNDLE_VERSION = 1

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a sha256')
const texts = z.array(z.string())
const count = z.number().int().nonnegative()
// Parts of the name of a cell, and so of its folder.
const placeName = z.string().regex(/^(?!\.{0,2}$)[^/\0]+$/, 'is no name')
// Joined to the folders of a bundle's sources.
const sourceFile = z.string().refine(staysBelow, 'is no file below the tree')

/** `manifest.json`: which cell the bundle is, and every other file that it has. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(BUNDLE_VERSION),
  /** `boot`: it boots, but has nothing for symbols and coverage. */
  part: z.enum(['whole', 'boot']),
  cell: z.strictObject({
    tree: z.string(),
    series: z.string(),
    arch: archName,
    leg: legName,
    config: placeName,
    profile: placeName,
  }),
  /** The key of the kernel: what it was made from. */
  kernel: z.string(),
  files: z.record(z.string(), z.strictObject({ sha256, bytes: count, executable: z.boolean() })),
})

const patch = z.strictObject({
  file: z.string(),
  subject: z.string(),
  sha256,
  text: z.string(),
  firstLine: count,
  reverse: z.boolean(),
  mail: patchMail.exactOptional(),
})

const { title, requires, applicability, signature, knownFindings, hold, settings, corpus } = seriesSchema.shape

/** `series.json`: the series as it was read on the tree, so that judging needs neither series.yaml nor git. */
export const resolvedSeriesSchema = z.strictObject({
  name: z.string(),
  touches: z.array(sourceFile),
  ...{ title, requires, applicability, signature, knownFindings, hold, settings, corpus },
  patches: z.array(patch),
  legs: z.strictObject({ before: z.array(patch), after: z.array(patch) }),
  state: z.enum(['applies', 'already-applied', 'reintroduces']),
  by: z.enum(['version', 'text']),
  basesInTree: z.boolean(),
  /** Who maintains the files that it touches, as the tree says. */
  maintainers: z.record(
    z.string(),
    z.array(z.strictObject({ name: z.string().nullable(), email: z.string(), role: z.string() })),
  ),
})

const printed = z.strictObject({
  severity: z.enum(['warning', 'error']),
  file: z.string(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  message: z.string(),
  option: z.string().nullable(),
  target: z.string().nullable(),
})

/** `build.json`: the kernel, what it was made from and by, and what the compiler said. */
export const buildSchema = z.strictObject({
  meta: z.strictObject({
    arch: archName,
    toolchain: z.string(),
    options: texts,
    listing: z.string(),
    format: z.string(),
    key: z.string(),
    version: z.string(),
    compiled: count,
    diagnostics: z.array(printed),
    sandbox: z.enum(['bwrap', 'unshare', 'none']),
    makeArgv: texts,
    durationMs: z.number(),
    image: z.string(),
    imageHash: sha256,
    interface: z.string(),
    objectsHash: z.string(),
    builtAt: z.string(),
  }),
  /** Prefix of the compiler's tools: never a path, from which a program of the bundle could run. */
  prefix: z.string().regex(/^(?:[\w.]+-)*$/, 'is no prefix of a compiler'),
  llvm: z.boolean(),
  inputs: cellInputs,
  /** Text of the objects of the touched files; null for one that this kernel does not have. */
  objects: z.record(sourceFile, z.number().nullable()),
  /** The touched files of this leg; null for one that it does not have. */
  sources: z.record(sourceFile, sha256.nullable()),
  /** The same of the before leg, for a bundle of the after leg. */
  baseline: z.record(sourceFile, sha256.nullable()).nullable(),
  /** Lines that the patch adds, by file. */
  added: z.record(sourceFile, z.array(count)),
})

const numeric = z.string().regex(/^-?\d{1,20}$/, 'is not a number')
const held = { text: z.string(), probe: count, lanes: z.array(laneName) }
const whom = z.union([
  z.strictObject({ kind: z.enum(['kworkers', 'tasks']) }),
  z.strictObject({ kind: z.literal('task'), name: z.string() }),
])

const holdPlan = z.strictObject({
  probes: z.array(
    z.strictObject({
      symbol: z.string(),
      offset: z.number(),
      at: z.enum(['entry', 'return']),
      key: z.string(),
      whom: z.string(),
      name: z.string(),
    }),
  ),
  armed: z.array(
    z.union([
      z.strictObject({ ...held, until: count.nullable(), us: count }),
      z.strictObject({ ...held, value: numeric.transform(BigInt), calls: count }),
    ]),
  ),
  notes: texts,
  sweeps: z.array(z.strictObject({ kind: z.literal('sweep'), from: count, to: count, whom, lanes: z.array(laneName) })),
  results: count.nullable(),
  trialMs: count.nullable(),
  own: z.boolean(),
  chosen: z.array(holdChoice.extend({ instead: z.array(holdChoice) })).optional(),
})

const positive = z.number().int().positive()
// Far more than any host has, but numbers that can be worked with.
const memoryMiB = positive.max(1 << 24)
const diskMiB = count.max(1 << 20)

/** What the flags of a run can ask for: a boot reckons with these. */
const askedFor = request.extend({
  seed: z.string().regex(/^\d{1,19}$/, 'is not a whole number'),
  durationS: positive.nullable(),
  added: additions
    .extend({
      memoryMiB: memoryMiB.default(DEFAULT_MEMORY_MIB),
      diskMiB: diskMiB.default(0),
      workloadS: positive.default(30),
      workloadProcs: positive.default(1),
    })
    .prefault({}),
})

/** `boot.json`: what the guest is asked to do, on which machine. */
export const bootSchema = z.strictObject({
  request: askedFor,
  /** The lanes of the cell. */
  lanes: z.array(laneName),
  /** The hold points as places in this kernel, for each choice that lanes and flags can make. */
  holds: z.array(z.strictObject({ choice: z.string(), plan: holdPlan })),
  /** The user's programs: `programs/N` has the N-th. */
  programs: z.array(z.strictObject({ name: z.string(), args: texts, sha256 })),
  // The swap, and the second disk if there is one.
  machine: z.strictObject({ memoryMiB, cpus: positive.max(1024), disksMiB: z.array(diskMiB).max(2) }),
  /** The kernel's command line under TCG, without the clock rate of the host. */
  parameters: texts,
})

export type Manifest = z.output<typeof manifestSchema>
export type ResolvedSeries = z.output<typeof resolvedSeriesSchema>
export type BuildInfo = z.output<typeof buildSchema>
export type BootInfo = z.output<typeof bootSchema>

/** The points of one choice. */
export interface HeldChoice {
  readonly choice: string
  readonly plan: HoldPlan
}

/** Text of a JSON file; a bigint is written as digits. */
export const jsonOf = (value: unknown): string =>
  `${JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}` : one), 1)}\n`
