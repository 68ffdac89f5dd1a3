// SPDX-License-Identifier: MIT
import type { TestPlan } from '../../bisect/journal/records.ts'
import type { ResolvedPlan } from '../../bisect/request.ts'
import { refuseMoving } from '../../bisect/testers/holds.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { configNames, profileNames, requireName } from '../../inputs/kconfig/compose.ts'
import { isSeriesPath, seriesFolder } from '../../inputs/series/load.ts'
import type { Series } from '../../inputs/series/model.ts'
import { findToolchain } from '../../kernel/toolchain.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { UsageError } from '../../model/errors.ts'
import type { RunSettings } from '../../run/settings.ts'
import { readAdded } from './added.ts'
import { prepareHost } from './host.ts'
import { fileHashes, resolvePrograms } from './programs.ts'
import { resolveSeries, withSignature } from './resolve.ts'
import { archsFrom, type SettingsFlags, settingsFrom } from './settings.ts'

/** The flags that select the cell of a bisection. */
export interface CellFlags extends SettingsFlags {
  readonly arch?: string
  readonly config: string
  readonly profile: string
  readonly series: string
}

type KernelPlan = Extract<TestPlan, { by: 'kernel' }>

/** The cell of these flags as a test plan; a UsageError when they select several. */
export const kernelPlanFrom = async (flags: CellFlags): Promise<KernelPlan> => {
  const { config, profile } = flags
  const [arch, ...others] = archsFrom(flags.arch)
  if (others.length > 0 || config.includes(','))
    throw new UsageError('a bisection tests one cell', 'give one --arch and one --config')
  requireName('config', config, await configNames())
  requireName('profile', profile, await profileNames())
  const { lanes, durationS, amplify, ...settings } = settingsFrom(flags)
  if (settings.added.search)
    throw new UsageError(
      '--amplify auto: a bisection has no patch to look around',
      'find the points with zsharness run --amplify auto, and give them with --hold',
    )
  refuseMoving(settings.added.holds, (text) => `--hold ${JSON.stringify(text)}`)
  const added = await readAdded(settings.added)
  const programFiles = await fileHashes(added.workloads)
  // A resumed bisection may be in another folder.
  const series = (await isSeriesPath(flags.series)) ? await seriesFolder(flags.series) : flags.series
  const test = { lanes: [...lanes], durationS, amplify, series, added, programFiles }
  return { by: 'kernel', arch: arch!, config, profile, ...test }
}

/** Throws when a program is not what it was when the bisection began: its runs could not be compared. */
const requireSame = async ({ added, programFiles }: KernelPlan): Promise<void> => {
  const now = await fileHashes(added.workloads)
  const changed = added.workloads.find((_, index) => now[index] !== programFiles[index])
  if (changed)
    throw new UsageError(
      `${changed.file} has changed since the bisection began`,
      'restore it, or begin another bisection',
    )
}

/** The series of a plan; null for a script. */
export const seriesOf = async (plan: TestPlan): Promise<Series | null> =>
  plan.by === 'script' ? null : resolveSeries(plan.series, undefined)

/** What the plan does not record: the seed of the bisection, and the number of compilers on this machine. */
export type LocalSettings = Pick<RunSettings, 'seed' | 'jobs'>

/** The plan with its series and its compiler looked up, on a host that has what it needs. */
export const resolvePlan = async (plan: TestPlan, { seed, jobs }: LocalSettings): Promise<ResolvedPlan> => {
  if (plan.by === 'script') return plan
  const { by, arch, config, profile, lanes, durationS, amplify, added } = plan
  const settings = { ...settingsFrom({}, { lanes, durationS, amplify, seed }), jobs, added }
  const series = withSignature(await resolveSeries(plan.series, undefined), added.signature)
  if (amplify && added.holds.length === 0)
    refuseMoving(
      [series, ...series.variants].flatMap(({ hold }) => hold),
      (text) => `series ${series.name}: hold ${JSON.stringify(text)}`,
    )
  await prepareHost([arch])
  await requireSame(plan)
  const toolchain = await findToolchain(findArch(arch), false)
  const made = await resolvePrograms(added.workloads, new Map([[arch, toolchain]]), interruptSignal())
  return { by, arch, config, profile, settings, series, toolchain, programs: made.get(arch) ?? [] }
}
