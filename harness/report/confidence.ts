// SPDX-License-Identifier: MIT
import { many } from '../lib/text/number.ts'
import type { PairResult } from '../model/results.ts'
import type { Tone } from '../model/words.ts'
import { chance, describeLuck } from '../verdict/odds.ts'

/** How far the clean boots of a pair rule out chance. */
export interface Confidence {
  readonly tone: Tone
  readonly text: string
}

// What an older zsharness took for convincing.
const CONVINCING = 0.05

const percent = (share: number): string => String(Math.round(share * 100))
const boots = (count: number): string => many(count, 'clean boot')

/** The confidence in a pair whose unpatched kernel showed the bug; null for any other pair. */
export const confidenceOf = ({ verdict, strength }: PairResult): Confidence | null => {
  if (verdict !== 'fixed' && verdict !== 'not-demonstrated') return null
  if (strength === null)
    return verdict === 'fixed' ? { tone: 'unsure', text: 'not known: the boots were not counted' } : null
  const { shown, rateLow, rateHigh, passed, luck, confidence } = strength
  if (shown === 0) return null
  const tone = luck < (confidence === null ? CONVINCING : 1 - confidence) ? 'good' : 'unsure'
  if (confidence !== null) return { tone, text: describeLuck(strength) }
  const rate = `without the patch ${percent(rateLow)} to ${percent(rateHigh)} % of boots fail`
  return { tone, text: `${rate}; the chance of ${boots(passed)} with the bug still there is ${chance(luck)}` }
}
