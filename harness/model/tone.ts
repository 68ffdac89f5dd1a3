// SPDX-License-Identifier: MIT

import type { Status } from '../selftest/status.ts'
import type { RunResult } from './results.ts'

/** Good, bad, or no answer: what colour a verdict has. */
export type Tone = 'good' | 'bad' | 'unsure' | 'broken'

type Verdict = RunResult['verdict'] | Status

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
