// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256Of } from '../lib/files/hash.ts'
import { canonicalJson } from '../lib/text/canonical.ts'
import { archName, legName } from '../model/results.ts'
import { BUNDLE_VERSION } from './model.ts'
import { FILE } from './names.ts'
import type { Bundle } from './open.ts'

const hash = z.string()

/** `made.json`: all that decides a bundle, known before anything is fetched or built. Bundles of a store have it. */
export const madeSchema = z.strictObject({
  format: z.literal(BUNDLE_VERSION),
  /** The content of the zsharness that made it: its code, the guest's sources and the kconfig fragments. */
  harness: hash,
  /** The identity of the tree. */
  tree: z.string(),
  /** The series as it was given, with all its variants and bases. */
  series: hash,
  extraPatches: hash,
  arch: archName,
  config: z.string(),
  profile: z.string(),
  leg: legName,
  /** The legs that were built together: hold points and coverage compare them. */
  legs: z.array(legName),
  toolchain: z.strictObject({ version: z.string(), prefix: z.string(), llvm: z.boolean() }),
  /** What is added to kernel and boot, but for seed and duration. */
  settings: hash,
  programs: hash,
})

/** What decides a bundle. */
export type Made = z.output<typeof madeSchema>

const WORDS: Readonly<Record<keyof Made, string>> = {
  format: 'another format of bundles',
  harness: 'another zsharness',
  tree: 'another tree',
  series: 'another series',
  extraPatches: 'other extra patches',
  arch: 'another architecture',
  config: 'another config',
  profile: 'another profile',
  leg: 'the other leg',
  legs: 'other legs',
  toolchain: 'another compiler',
  settings: 'other settings',
  programs: 'other programs',
}

const FIELDS = Object.keys(WORDS) as readonly (keyof Made)[]

/** The key of a bundle in a store: of all that decides it. */
export const keyOfMade = (made: Made): string => sha256Of(canonicalJson(made))

/** What the bundle in a folder says that it was made from; a text says why there is none. */
export const readMade = async ({ dir, manifest }: Pick<Bundle, 'dir' | 'manifest'>): Promise<Made | string> => {
  if (!Object.hasOwn(manifest.files, FILE.made)) return 'it does not say what it was made from'
  try {
    const parsed = madeSchema.safeParse(JSON.parse(await readFile(join(dir, FILE.made), 'utf8')))
    return parsed.success ? parsed.data : `its ${FILE.made} cannot be read`
  } catch {
    return `its ${FILE.made} cannot be read`
  }
}

/** Why a bundle that was made from this is not the one that is wanted; undefined when it is. */
export const whyMadeOtherwise = (made: Made, wanted: Made): string | undefined => {
  const differs = FIELDS.find((field) => canonicalJson(made[field]) !== canonicalJson(wanted[field]))
  return differs && `it is of ${WORDS[differs]}`
}

/** Why the bundle contradicts what it says that it was made from; undefined when it agrees. */
export const whyNotMadeSo = (
  { manifest, build }: Pick<Bundle, 'manifest' | 'build'>,
  made: Made,
): string | undefined => {
  const { cell, part } = manifest
  if (part !== 'whole') return 'it has nothing for symbols and coverage'
  for (const field of ['arch', 'config', 'profile', 'leg'] as const)
    if (cell[field] !== made[field]) return `its cell is of ${WORDS[field]} than it says`
  const { version, prefix, llvm } = made.toolchain
  if (build.meta.toolchain !== version || build.prefix !== prefix || build.llvm !== llvm)
    return 'its kernel is of another compiler than it says'
  return undefined
}
