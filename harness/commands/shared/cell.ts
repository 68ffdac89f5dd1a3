// SPDX-License-Identifier: MIT
import type { TestPlan } from '../../bisect/journal/records.ts'
import type { KernelSetup, ResolvedPlan } from '../../bisect/request.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { configNames, profileNames, requireName } from '../../inputs/kconfig/compose.ts'
import { findToolchain } from '../../kernel/toolchain.ts'
import { UsageError } from '../../model/errors.ts'
import { resolveSeries } from './resolve.ts'
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
  const { config, profile, series } = flags
  const [arch, ...others] = archsFrom(flags.arch)
  if (others.length > 0 || config.includes(','))
    throw new UsageError('a bisection tests one cell', 'give one --arch and one --config')
  requireName('config', config, await configNames())
  requireName('profile', profile, await profileNames())
  const { lanes, durationS, amplify } = settingsFrom(flags)
  return { by: 'kernel', arch: arch!, config, profile, lanes: [...lanes], durationS, amplify, series }
}

/** The flags that depend on this machine and not on the plan. */
export type LocalFlags = Pick<SettingsFlags, 'jobs' | 'results'>

const setupOf = async (plan: KernelPlan, seed: string, local: LocalFlags): Promise<KernelSetup> => {
  const { arch, config, profile, lanes, durationS, amplify } = plan
  const series = await resolveSeries(plan.series, undefined)
  const toolchain = await findToolchain(findArch(arch), false)
  return {
    arch,
    config,
    profile,
    settings: settingsFrom({ ...local, seed }, { lanes, durationS, amplify, seed }),
    series,
    toolchain,
  }
}

/** The plan with its series and compiler looked up. */
export const resolvePlan = async (plan: TestPlan, seed: string, local: LocalFlags): Promise<ResolvedPlan> =>
  plan.by === 'script' ? plan : { by: 'kernel', ...(await setupOf(plan, seed, local)) }
