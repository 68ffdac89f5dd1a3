// SPDX-License-Identifier: MIT
import type { Stream, Strength } from '../model/results.ts'

const rounded = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : String(Number(value.toPrecision(2)))

const percent = (share: number): string => `${rounded(share * 100)} %`

/** The chance of luck in words; a bound is not rounded down to 0. */
export const chance = (luck: number): string => (luck < 0.001 ? 'below 0.1 %' : percent(luck))

const NOUN = { hits: 'hit', seconds: 'second', boots: 'boot' } as const

const many = (count: number, unit: Stream['unit']): string => `${rounded(count)} ${count === 1 ? NOUN[unit] : unit}`

const inLane = ({ lane }: Stream): string => (lane === null ? '' : ` of lane ${lane}`)

/** A rate of failure in words. */
export const describeRate = (unit: Stream['unit'], rate: number): string =>
  unit === 'seconds' ? `${rounded(rate)} a second` : `${percent(rate)} of ${unit}`

/** Rate, exposure and luck of a pair, in one line. */
export const describeLuck = ({ exposure, luck, confidence }: Strength): string => {
  const sure = confidence === null ? '' : ` at ${rounded(confidence * 100)} % confidence`
  const shown = exposure
    .filter(({ failures }) => failures > 0)
    .map(
      (one) =>
        `without the patch ${one.failures} ${one.failures === 1 ? 'failure' : 'failures'} in ${many(one.before, one.unit)}${inLane(one)}, a rate of at least ${describeRate(one.unit, one.rateLow)}${sure}; with it ${many(one.after, one.unit)} without a failure`,
    )
  return [...shown, `chance of luck ${chance(luck)}`].join('; ')
}
