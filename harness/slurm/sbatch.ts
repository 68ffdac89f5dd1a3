// SPDX-License-Identifier: MIT
import { type ArrayPlan, minutesOf } from './arrays.ts'
import { jobName, layout } from './layout.ts'
import type { Settled } from './options.ts'

const grouped = (features: string): string => (/[|&]/.test(features) ? `(${features})` : features)

const allOf = (features: readonly (string | undefined)[]): string | undefined => {
  const own = [...new Set(features.filter((one) => one !== undefined && one !== ''))] as readonly string[]
  return own.length < 2 ? own[0] : own.map(grouped).join('&')
}

const flag = (name: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [`--${name}=${value}`]

const resources = (plan: ArrayPlan, options: Settled): readonly string[] => [
  '--nodes=1',
  '--ntasks=1',
  ...flag('cpus-per-task', plan.cpus),
  ...flag('mem', `${plan.memoryMiB}M`),
  ...flag('time', options.minutes ?? minutesOf(plan)),
  ...flag('partition', options.partition),
  ...flag('account', options.account),
  ...flag('constraint', allOf([options.constraint, plan.constraint])),
  ...options.sbatchArgs,
]

/** Asks whether these resources can ever be had; submits nothing. */
export const testArgv = (plan: ArrayPlan, options: Settled): readonly string[] => [
  'sbatch',
  '--test-only',
  ...resources(plan, options),
  layout(options.root).script(0),
]

/** Submits an array that starts when the jobs `after` have ended, well or not. */
export const sbatchArgv = (
  plan: ArrayPlan,
  options: Settled,
  { run, sub, after }: { readonly run: string; readonly sub: number; readonly after: readonly string[] },
): readonly string[] => [
  'sbatch',
  '--parsable',
  ...flag('job-name', jobName(run, sub)),
  ...flag('array', `0-${plan.elements.length - 1}`),
  ...(after.length === 0 ? [] : [`--dependency=afterany:${after.join(':')}`]),
  // A dead node's work is queued again by Slurm itself.
  '--requeue',
  '--open-mode=append',
  '--export=ALL',
  '--input=/dev/null',
  ...flag('chdir', options.root),
  ...flag('output', `${layout(options.root).logs}/${sub}-%a.log`),
  ...resources(plan, options),
  layout(options.root).script(sub),
]
