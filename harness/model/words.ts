// SPDX-License-Identifier: MIT

import type { RunResult } from './results.ts'

/**
 * `caught` by an oracle that may; `missed`: it ran clean; `misnamed`: it failed, but of something else;
 * `clean` is what the correct patch and equivalent ones must be, and `false-alarm` what they must not;
 * `unproven`: clean, but without having been exercised; `listed`: equivalent and not run.
 */
export type CaseStatus = 'caught' | 'missed' | 'misnamed' | 'clean' | 'false-alarm' | 'unproven' | 'listed' | 'error'

/** Good, bad, or no answer: what colour a verdict has. */
export type Tone = 'good' | 'bad' | 'unsure' | 'broken'

type Verdict = RunResult['verdict'] | CaseStatus

const TONES: Readonly<Record<Verdict, Tone>> = {
  pass: 'good',
  fixed: 'good',
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
  missed: 'bad',
  misnamed: 'bad',
  'false-alarm': 'bad',
  unproven: 'unsure',
}

export const toneOf = (verdict: string): Tone => TONES[verdict as Verdict] ?? 'unsure'
