// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { archs, findArch } from '../../inputs/arch/index.ts'
import { requireName } from '../../inputs/kconfig/compose.ts'
import { findPlan, loadPlan, namesThereAre } from '../../inputs/plans/load.ts'
import type { Names, PlanFile } from '../../inputs/plans/schema.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import type { ArchName } from '../../model/results.ts'
import { seriesOf } from '../../run/legs.ts'
import type { RunSettings } from '../../run/options.ts'
import { type PairPlan, planPairs } from '../../run/plan/pairs.ts'
import { type Asked, narrowed, placesOf, productsOf } from '../../run/plan/select.ts'
import { legsFrom, type SettingsFlags, settingsFrom } from '../run/flags.ts'

/** The flags that choose of a plan; what is not given is as the plan has it. */
export interface SelectionFlags extends Omit<SettingsFlags, 'runs' | 'seed'> {
  readonly arch?: readonly string[]
  readonly tree?: readonly string[]
  readonly series?: readonly string[]
  readonly config?: readonly string[]
  readonly profile?: readonly string[]
  readonly leg?: string
  readonly runs?: string
  readonly seed?: string
}

/** A plan and flags, read: every pair of the whole. */
export interface Matrix {
  readonly name: string
  readonly pairs: readonly PairPlan[]
  readonly settings: RunSettings
}

const chosen = (what: string, asked: readonly string[], known: readonly string[]): string[] => {
  if (asked.includes('all')) return [...known]
  for (const name of asked) requireName(what, name, known)
  return [...asked]
}

const archsFrom = (asked: readonly string[]): ArchName[] =>
  asked.includes('all') ? archs.map(({ name }) => name) : asked.map((name) => findArch(name).name)

const treesFrom = (specs: readonly string[]): string[] => {
  for (const spec of specs) parseTreeSpec(spec)
  return [...specs]
}

/** What the flags ask for, by axis; a UsageError names the first that is wrong. */
export const askedBy = (flags: SelectionFlags, names: Names): Asked => ({
  ...(flags.tree ? { trees: treesFrom(flags.tree) } : {}),
  ...(flags.series ? { series: chosen('series', flags.series, names.series) } : {}),
  ...(flags.arch ? { archs: archsFrom(flags.arch) } : {}),
  ...(flags.config ? { configs: chosen('config', flags.config, names.configs) } : {}),
  ...(flags.profile ? { profiles: chosen('profile', flags.profile, names.profiles) } : {}),
  ...(flags.leg ? { legs: [...legsFrom(flags.leg)] } : {}),
})

const settingsOf = (flags: SelectionFlags, plan: PlanFile): RunSettings => {
  const duration = flags.duration ?? (plan.duration === undefined ? undefined : `${plan.duration}`)
  return settingsFrom({
    ...flags,
    runs: flags.runs ?? `${plan.runs}`,
    seed: flags.seed ?? `${plan.seed}`,
    amplify: flags.amplify && plan.amplify,
    lane: flags.lane ?? plan.lanes,
    ...(duration === undefined ? {} : { duration }),
  })
}

/** Reads a plan and what the flags make of it. */
export const matrixFrom = async (spec: string, flags: SelectionFlags): Promise<Matrix> => {
  const names = await namesThereAre()
  const path = await findPlan(spec)
  const plan = await loadPlan(path, names)
  const settings = settingsOf(flags, plan)
  const own = settings.patchFiles.length > 0 ? { series: [(await seriesOf('', settings)).name] } : {}
  const products = narrowed(productsOf(plan), { ...askedBy(flags, names), ...own })
  return { name: basename(path, '.yaml'), pairs: planPairs(placesOf(products, plan.exclude), settings.runs), settings }
}
