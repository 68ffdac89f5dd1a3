// SPDX-License-Identifier: MIT
import type { RunResult } from '../model.ts'

/** Good, bad, or no answer: what colour a verdict has. */
export type Tone = 'good' | 'bad' | 'unsure' | 'broken'

const TONES: Readonly<Record<RunResult['verdict'], Tone>> = {
  pass: 'good',
  fixed: 'good',
  fail: 'bad',
  regression: 'bad',
  'not-fixed': 'bad',
  inconclusive: 'unsure',
  'not-demonstrated': 'unsure',
  invalid: 'unsure',
  error: 'broken',
}

export const toneOf = (verdict: string): Tone => TONES[verdict as RunResult['verdict']] ?? 'unsure'
