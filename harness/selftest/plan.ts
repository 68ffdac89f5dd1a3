// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NO_SERIES } from '../inputs/series/none.ts'
import { loadYaml } from '../inputs/yaml/load.ts'
import { paths } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import type { LaneName } from '../model/results.ts'
import { type Expectation, type SelftestFile, selftestSchema } from './schema.ts'

/** One boot of the self-test. */
export interface Case {
  readonly name: string
  readonly type: 'control' | 'canary' | 'mutant'
  readonly kind: string
  readonly config: string
  readonly profile: string
  readonly lanes: readonly LaneName[]
  readonly seconds: number
  readonly expect: readonly Expectation[]
  readonly equivalent: string | null
  /** The patch to put on the after leg. */
  readonly patch: string | null
  /** What the guest plants. */
  readonly canary: string | null
}

/** The cases for some kernel versions: a selftest.yaml and its patches. */
export interface CaseSet {
  readonly yaml: string
  readonly versions: string
  /** The name of the series that the cases are on top of. */
  readonly series: string
  readonly cases: readonly Case[]
}

export const SELFTEST_YAML = 'selftest.yaml'
export const selftestDir = (): string => join(paths.patches, 'selftest')

const correctIs = (series: string): string => (series === NO_SERIES ? 'unmodified kernel' : 'correct patch')

/** The cases of a file, the correct ones first. */
export const casesOf = ({ series, controls, canaries, mutants }: SelftestFile, dir: string): readonly Case[] => [
  ...controls.map((one) => ({
    ...one,
    type: 'control' as const,
    kind: correctIs(series),
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

/** The set of a folder; a UsageError when its list and its patches differ. */
export const loadSet = async (dir: string): Promise<CaseSet> => {
  const yaml = join(dir, SELFTEST_YAML)
  const file = await loadYaml(yaml, selftestSchema, 'patches/selftest/README.md')
  const there = (await readdir(dir)).filter((name) => name.endsWith('.patch'))
  const listed = file.mutants.map((one) => one.file)
  const missing = listed.find((name) => !there.includes(name))
  if (missing) throw new UsageError(`${yaml}: ${missing} is listed but does not exist`, 'correct the name')
  const unlisted = there.find((name) => !listed.includes(name))
  if (unlisted) throw new UsageError(`${yaml}: ${unlisted} is in the folder but not listed`, 'list it or remove it')
  return { yaml, versions: file.versions, series: file.series, cases: casesOf(file, dir) }
}
