// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { paths } from '../../lib/paths.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { configNames, profileNames } from '../kconfig/compose.ts'
import { listCorpus, listSeries } from '../series/load.ts'
import { loadYaml } from '../yaml/load.ts'
import { type PlanFile, type PlanNames, planSchema } from './schema.ts'

/** What a plan may name. */
export const namesThereAre = async (): Promise<PlanNames> => ({
  configs: await configNames(),
  profiles: await profileNames(),
  series: await listSeries(),
  corpus: await listCorpus(),
})

/** The ending of a plan's file. */
export const PLAN_FILE = /\.ya?ml$/

/** The file of a plan: a path, or the name of one in `harness/inputs/plans/`, with or without its ending. */
export const findPlan = async (spec: string, folder = paths.plans): Promise<string> => {
  const inFolder = join(folder, spec)
  for (const path of [spec, inFolder, `${inFolder}.yaml`, `${inFolder}.yml`]) if (await exists(path)) return path
  const names = (await readdir(folder).catch(() => [])).filter((name) => PLAN_FILE.test(name))
  throw new UsageError(
    `there is no plan ${spec}${didYouMean(spec, [...names, ...names.map((name) => name.replace(PLAN_FILE, ''))])}`,
    `give the path of a YAML file, or one of ${names.join(', ')}`,
  )
}

/** The plan at `path`, with every error at its line. */
export const loadPlan = async (path: string, names: PlanNames): Promise<PlanFile> =>
  loadYaml(path, planSchema(names), 'harness/inputs/plans/README.md')
