// SPDX-License-Identifier: MIT
import { runsFor, takeGitStep } from '../../bisect/gitstep.ts'
import { parseSymptom } from '../../bisect/symptom.ts'
import { probability, wholeNumber } from '../../lib/text/quantity.ts'
import type { Format } from '../../progress/format.ts'
import { type CellFlags, resolvePlan } from '../shared/cell.ts'
import { resolvePatches } from '../shared/resolve.ts'
import { withProgress } from '../shared/session.ts'
import { settingsFrom } from '../shared/settings.ts'
import { confidenceFrom, testPlanFrom } from './bisect.ts'

/** The flags of `bisect step`, not yet parsed. */
export interface StepFlags extends CellFlags {
  readonly script?: string
  readonly scriptTimeout: string
  readonly symptom: string
  readonly runs?: string
  readonly hitRate: string
  readonly confidence: string
  readonly carry?: readonly string[]
  readonly format?: Format
}

const MAX_RUNS = 99_999

const cleanRunsFrom = ({ runs, hitRate, confidence }: StepFlags): number =>
  runs === undefined
    ? runsFor(probability('--hit-rate', hitRate, 0.001, 1), confidenceFrom(confidence))
    : wholeNumber('--runs', runs, 1, MAX_RUNS)

/** Runs `zsharness bisect step` for `git bisect run`. */
export const step = async (flags: StepFlags): Promise<void> => {
  const runs = cleanRunsFrom(flags)
  const symptom = parseSymptom(flags.symptom) ?? undefined
  const { seed, jobs } = settingsFrom(flags)
  const plan = await resolvePlan(await testPlanFrom(flags), { seed, jobs })
  const request = { symptom, runs, plan, carry: await resolvePatches(flags.carry), seed }
  process.exitCode = await withProgress(flags.format, (session) =>
    takeGitStep(request, { ...session, scope: 'bisect' }),
  )
}
