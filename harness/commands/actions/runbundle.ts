// SPDX-License-Identifier: MIT
import { cacheRoot } from '../../lib/paths.ts'
import { seconds } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { Expectation } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import { comparer } from '../../run/baseline.ts'
import { executeRun } from '../../run/execute.ts'
import { withBundles } from '../shared/bundled.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import {
  jobsFrom,
  lanesFrom,
  resultsFrom,
  runsFrom,
  type SettingsFlags,
  seedFrom,
  termsFrom,
} from '../shared/settings.ts'

/** The flags of `run --bundle`, not yet parsed. */
interface RunBundleFlags extends SettingsFlags {
  readonly runs: string
  readonly confidence: string
  readonly expect: Expectation
  readonly baseline?: string
  readonly format?: Format
}

// What a boot and its judgement take; all else is decided by the build, and so by the bundle.
const TAKEN = ['bundle', 'runs', 'lane', 'duration', 'seed', 'format', 'results', 'confidence', 'expect', 'baseline']

const isTaken = (flag: string, value: unknown): boolean =>
  TAKEN.includes(flag) || (flag === 'amplify' && (value === false || value === 'off'))

const dashed = (flag: string): string => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Throws for a flag that needs a build, or that the bundle decides. */
export const refuseBuildFlags = (flags: object, given: (flag: string) => boolean): void => {
  const wrong = Object.entries(flags).find(([flag, value]) => given(flag) && !isTaken(flag, value))
  if (wrong)
    throw new UsageError(
      `${dashed(wrong[0])} cannot be given with --bundle: the bundle decides it`,
      `these can: ${TAKEN.map(dashed).join(', ')}, --no-amplify; for another kernel run without --bundle, and bundle that`,
    )
}

/** Runs `zsharness run --bundle`. */
export const runBundles = async (
  files: readonly string[],
  flags: RunBundleFlags,
  given: (flag: string) => boolean,
): Promise<void> => {
  refuseBuildFlags(flags, given)
  const asked = {
    lanes: flags.lane && lanesFrom(flags.lane),
    durationS: flags.duration === undefined ? undefined : seconds('--duration', flags.duration),
    seed: given('seed') ? seedFrom(flags.seed!) : undefined,
    amplify: !given('amplify'),
    runs: runsFrom(flags.runs),
  }
  const settings = { jobs: jobsFrom(undefined), resultsDir: resultsFrom(flags.results), cache: cacheRoot() }
  const compare = await comparer(settings.resultsDir, flags.baseline)
  const local = { settings, terms: termsFrom(flags), command: ownCommand(), compare }
  await withProgress(flags.format, (session) =>
    withBundles(files, asked, local, async (request) => {
      const { run } = await executeRun(request, session)
      process.exitCode = run.exitCode
    }),
  )
}
