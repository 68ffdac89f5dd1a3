// SPDX-License-Identifier: MIT
import type { CellResult, LegName, Stream, Strength } from '../model/results.ts'
import { hasBooted } from './exposure.ts'
import { lnEvidence, strengthOf } from './strength.ts'

/** The most boots of each leg with `--runs auto`. */
export const MOST_BOOTS = 10

type Boot = Pick<CellResult, 'verdict' | 'findings' | 'exposure' | 'evidence' | 'timings'>

/** The boots so far of each leg, and what the proof needs. */
export interface ProofSoFar {
  readonly before: readonly Boot[]
  readonly after: readonly Boot[]
  readonly confidence: number
}

type Streams = readonly Stream[]

/** The streams after `boots` more boots of a leg that each are like the average of those so far. */
const more = (streams: Streams, leg: LegName, boots: number, so: number): Streams => {
  const grow = (value: number): number => value * (1 + boots / so)
  return streams.map((one) =>
    leg === 'after'
      ? { ...one, after: grow(one.after) }
      : { ...one, before: grow(one.before), failures: grow(one.failures) },
  )
}

/** The evidence if every further boot helps as much as one can: before fails at its first chance, after never. */
const atBest = ({ exposure, boots, passed }: Strength): number => {
  const left = MOST_BOOTS - boots
  const grown = exposure.map((one) => ({ ...one, after: (one.after * MOST_BOOTS) / passed }))
  const failing = (one: Stream): Stream => ({
    ...one,
    failures: one.failures + left,
    before: one.before + (one.unit === 'seconds' ? 0 : left),
  })
  return Math.max(...grown.map((best) => lnEvidence(grown.map((one) => (one === best ? failing(one) : one)))))
}

const secondsOf = (boots: readonly Boot[]): number =>
  Math.max(1, boots.reduce((sum, { timings }) => sum + timings.bootMs + timings.lanesMs, 0) / (1000 * boots.length))

/**
 * The leg to boot next: the one that adds the most evidence a second. Undefined when the proof is complete, when no
 * number of boots can complete it, or when it is decided otherwise.
 */
export const nextBoot = ({ before, after, confidence }: ProofSoFar): LegName | undefined => {
  if (!after.every(({ verdict }) => verdict === 'pass') || !before.every(hasBooted)) return undefined
  const strength = strengthOf(before, after, confidence)
  if (strength === null || strength.luck < 1 - confidence) return undefined
  if (Math.exp(-atBest(strength)) >= 1 - confidence) return undefined
  const { exposure, shown } = strength
  const left = { before: MOST_BOOTS - before.length, after: MOST_BOOTS - after.length }
  if (shown === 0) return left.before > 0 ? 'before' : undefined
  const worth = (leg: LegName): number => {
    const boots = leg === 'before' ? before : after
    const gain = lnEvidence(more(exposure, leg, 1, boots.length)) - lnEvidence(exposure)
    return left[leg] > 0 ? gain / secondsOf(boots) : Number.NEGATIVE_INFINITY
  }
  const leg = worth('before') >= worth('after') ? 'before' : 'after'
  return left[leg] > 0 ? leg : undefined
}
