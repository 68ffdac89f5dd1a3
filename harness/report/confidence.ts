// SPDX-License-Identifier: MIT
import type { PairResult } from '../model/results.ts'
import type { Tone } from '../model/words.ts'

/** How far the boots of a `fixed` pair rule out chance. */
export interface Confidence {
  readonly tone: Tone
  readonly text: string
}

const CONVINCING = 0.05

const percent = (share: number): string => String(Math.round(share * 100))
const boots = (count: number): string => `${count} clean ${count === 1 ? 'boot' : 'boots'}`
const chance = (luck: number): string => (luck < 0.001 ? 'less than one in a thousand' : `${(luck * 100).toFixed(1)} %`)

/** The confidence in a fixed pair; null for any other pair. */
export const confidenceOf = ({ verdict, strength }: PairResult): Confidence | null => {
  if (verdict !== 'fixed') return null
  if (strength === null)
    return {
      tone: 'unsure',
      text: 'not known: the unpatched kernel was booted once; --runs 5 measures how often it fails',
    }
  const { rateLow, rateHigh, passed, luck } = strength
  const rate = `without the patch ${percent(rateLow)} to ${percent(rateHigh)} % of boots fail`
  return {
    tone: luck < CONVINCING ? 'good' : 'unsure',
    text: `${rate}; the chance of ${boots(passed)} with the bug still there is ${chance(luck)}${luck < CONVINCING ? '' : ' (more --runs lower it)'}`,
  }
}
