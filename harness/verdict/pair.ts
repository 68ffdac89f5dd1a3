// SPDX-License-Identifier: MIT
import type { CellResult, Finding, PairResult, PairVerdict } from '../model/results.ts'
import { describeFinding } from './describe.ts'
import { strengthOf } from './strength.ts'

export interface PairJudgement {
  readonly verdict: PairVerdict
  readonly reason: string
}

type Leg = readonly Pick<CellResult, 'verdict' | 'reason' | 'findings'>[]

const percent = (share: number): string => `${Math.round(share * 100)} %`
const chance = (share: number): string => (share < 0.001 ? 'below 0.1 %' : `${(share * 100).toFixed(1)} %`)

const shownIn = (leg: Leg): Leg => leg.filter(({ findings }) => findings.some(({ signature }) => signature))

/** What repeated boots of both legs show together; null for a single boot. */
export const pairStrength = (before: Leg, after: Leg): PairResult['strength'] =>
  strengthOf(shownIn(before).length, before.length, after.filter(({ verdict }) => verdict === 'pass').length)

const odds = (strength: PairResult['strength']): string =>
  strength === null
    ? ''
    : `; failure rate without the patch ${percent(strength.rateLow)} to ${percent(strength.rateHigh)}, ` +
      `chance that the clean boots are luck ${chance(strength.luck)}`

const failures = (leg: Leg): readonly Finding[] => leg.flatMap(({ findings }) => findings).filter(({ known }) => !known)
const identity = ({ kind, title }: Finding): string => `${kind}: ${title}`
const times = (n: number, of: number): string => `in ${n} of ${of} ${of === 1 ? 'run' : 'runs'}`

const failedAfter = (before: Leg, after: Leg): PairJudgement => {
  const own = failures(after).find(({ signature }) => signature)
  if (own)
    return { verdict: 'not-fixed', reason: `the patched kernel still fails with the bug's signature: ${own.title}` }
  const old = new Set(failures(before).map(identity))
  const fresh = failures(after).find((found) => !old.has(identity(found)))
  if (fresh)
    return {
      verdict: 'regression',
      reason: `the patched kernel fails in a way that the unpatched kernel does not: ${describeFinding(fresh)}`,
    }
  return {
    verdict: 'invalid',
    reason: `both kernels fail with: ${failures(after)[0]?.title}; a bug of the base says nothing about the patch`,
  }
}

/** The verdict of a before/after pair over all runs of each leg. */
export const judgePair = (before: Leg, after: Leg): PairJudgement => {
  if (after.some(({ verdict }) => verdict === 'fail')) return failedAfter(before, after)
  const unusable =
    [...before, ...after].find(({ verdict }) => verdict === 'error') ??
    after.find(({ verdict }) => verdict === 'inconclusive')
  if (unusable) return { verdict: 'invalid', reason: unusable.reason }
  if (before.length === 0 || after.length === 0) return { verdict: 'invalid', reason: 'a leg is missing' }
  const shown = shownIn(before)
  if (shown.length > 0) {
    const title = failures(shown).find(({ signature }) => signature)?.title
    return {
      verdict: 'fixed',
      reason: `before fails ${times(shown.length, before.length)} with ${title}; after passes ${times(after.length, after.length)}${odds(pairStrength(before, after))}`,
    }
  }
  const other = failures(before)[0]
  return {
    verdict: 'not-demonstrated',
    reason: other
      ? `the unpatched kernel fails for another reason: ${other.title}`
      : 'the unpatched kernel did not fail',
  }
}
