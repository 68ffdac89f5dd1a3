// SPDX-License-Identifier: MIT

import type { RunResult } from './results.ts'

/**
 * The result of one case of the self-test. For a wrong version or a planted fault: `caught` by an expected oracle,
 * `missed` because it ran clean, `misnamed` because it failed for another reason. For the correct patch and equivalent
 * versions: `clean`, or `false-alarm` when it failed. `unproven`: clean, but not exercised. `listed`: equivalent and
 * not run. `not-covered`: the exploration does not see what was planted; it says nothing.
 */
export type CaseStatus =
  | 'caught'
  | 'missed'
  | 'misnamed'
  | 'clean'
  | 'false-alarm'
  | 'unproven'
  | 'listed'
  | 'not-covered'
  | 'error'

/** The colour of a verdict. */
export type Tone = 'good' | 'bad' | 'unsure' | 'broken'

type AnyVerdict = RunResult['verdict'] | CaseStatus | 'explored'

const TONES: Readonly<Record<AnyVerdict, Tone>> = {
  pass: 'good',
  fixed: 'good',
  explored: 'good',
  fail: 'bad',
  regression: 'bad',
  'not-fixed': 'bad',
  inconclusive: 'unsure',
  'not-demonstrated': 'unsure',
  invalid: 'unsure',
  error: 'broken',
  caught: 'good',
  clean: 'good',
  listed: 'good',
  'not-covered': 'unsure',
  missed: 'bad',
  misnamed: 'bad',
  'false-alarm': 'bad',
  unproven: 'unsure',
}

/** The colour of this verdict. */
export const toneOf = (verdict: string): Tone => TONES[verdict as AnyVerdict] ?? 'unsure'
