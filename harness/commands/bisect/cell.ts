// SPDX-License-Identifier: MIT

import type { TestPlan } from '../../bisect/journal/records.ts'
import { configNames, profileNames } from '../../inputs/kconfig/compose.ts'
import { UsageError } from '../../model/errors.ts'
import type { Format } from '../../progress/format.ts'
import type { RunOptions } from '../../run/options.ts'
import { optionsFrom } from '../run/flags.ts'

/** The flags that choose the cell, as `run` has them. */
export interface CellFlags {
  readonly arch?: string
  readonly config: string
  readonly profile: string
  readonly lane?: readonly string[]
  readonly duration?: string
  readonly amplify: boolean
  readonly series: string
  readonly seed: string
  readonly jobs?: string
  readonly results?: string
  readonly format?: Format
}

/** The run options of one cell; a UsageError when the flags name several. */
export const cellOptions = async (flags: CellFlags): Promise<RunOptions> => {
  const { config, ...rest } = flags
  const known = { configs: await configNames(), profiles: await profileNames() }
  const options = optionsFrom(
    { ...rest, config: config.split(','), tree: 'debian:6.1', leg: 'before', runs: '1' },
    known,
  )
  if (options.archs.length > 1 || options.configs.length > 1)
    throw new UsageError('a bisection follows one cell', 'give one --arch and one --config')
  return options
}

/** The same from a journal: what the search began with, and this machine's own number of jobs. */
export const optionsOfPlan = (
  plan: Extract<TestPlan, { by: 'kernel' }>,
  seed: string,
  here: Pick<CellFlags, 'jobs' | 'results'>,
): Promise<RunOptions> => {
  const { arch, config, profile, lanes, durationS, amplify, series } = plan
  return cellOptions({
    arch,
    config,
    profile,
    amplify,
    series,
    seed,
    ...here,
    ...(lanes.length > 0 ? { lane: lanes } : {}),
    ...(durationS === null ? {} : { duration: `${durationS}` }),
  })
}
