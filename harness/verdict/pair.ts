// SPDX-License-Identifier: MIT
import { checks } from '../kernel/checks/index.ts'
import type { CellResult, Expectation, Finding, PairVerdict, Strength } from '../model/results.ts'
import { describeFinding } from './describe.ts'
import { hasBooted } from './exposure.ts'
import { isSameFailure } from './identity.ts'
import { describeLuck } from './odds.ts'
import { showsBug, strengthOf } from './strength.ts'

export interface PairJudgement {
  readonly verdict: PairVerdict
  readonly reason: string
  readonly strength: Strength | null
}

/** What a verdict of a pair has to meet. */
export interface PairTerms {
  /** `fixed` needs a chance of luck below 1 − confidence. */
  readonly confidence: number
  readonly expect: Expectation
}

/** The terms without flags. */
export const DEFAULT_TERMS: PairTerms = { confidence: 0.99, expect: 'fixed' }

type Leg = readonly Pick<CellResult, 'verdict' | 'reason' | 'findings' | 'exposure' | 'evidence' | 'kernel' | 'lanes'>[]
type Judged = Omit<PairJudgement, 'strength'>

const failures = (leg: Leg): readonly Finding[] => leg.flatMap(({ findings }) => findings).filter(({ known }) => !known)
const times = (n: number, of: number): string => `in ${n} of ${of} ${of === 1 ? 'boot' : 'boots'}`

const BUILD_ORACLES = ['build', 'warnings', ...checks.map(({ name }) => name)]

/** The cells of the before leg that got as far as this finding: a build for one of the build, a boot for any other. */
const comparable = (before: Leg, { oracle }: Finding): Leg =>
  BUILD_ORACLES.includes(oracle)
    ? before.filter(({ verdict, kernel }) => verdict !== 'error' && kernel.key !== '')
    : before.filter(hasBooted)

const failedAfter = (before: Leg, after: Leg): Judged => {
  const found = failures(after)
  const own = found.find(({ signature }) => signature)
  if (own)
    return { verdict: 'not-fixed', reason: `the patched kernel still fails with the bug's signature: ${own.title}` }
  const old = failures(before)
  const fresh = found.filter((one) => !old.some((other) => isSameFailure(one, other)))
  const regression = fresh.find((one) => comparable(before, one).length > 0)
  if (regression)
    return {
      verdict: 'regression',
      reason: `the patched kernel fails in a way that the unpatched kernel does not: ${describeFinding(regression)}`,
    }
  const why = before[0]?.reason
  if (fresh[0])
    return {
      verdict: 'invalid',
      reason: `the patched kernel fails with: ${describeFinding(fresh[0])}; the unpatched kernel did not run, so nothing shows whether the patch is the cause${why === undefined ? '' : ` (${why})`}`,
    }
  return {
    verdict: 'invalid',
    reason: `both kernels fail with: ${found[0]?.title}; a bug of the base says nothing about the patch`,
  }
}

const shownBefore = (before: Leg, after: Leg, strength: Strength, confidence: number): Judged => {
  const shown = before.filter(showsBug)
  const title = failures(shown).find(({ signature }) => signature)?.title
  const seen = `before fails ${times(shown.length, before.length)} with ${title}; after passes ${times(after.length, after.length)}`
  const odds = describeLuck(strength)
  return strength.luck < 1 - confidence
    ? { verdict: 'fixed', reason: `${seen}; ${odds}` }
    : {
        verdict: 'not-demonstrated',
        reason: `${seen}, but the clean exposure of the after leg could be luck: ${odds}; boot more with --runs`,
      }
}

const lanesIn = (leg: Leg): string => [...new Set(leg.flatMap(({ lanes }) => lanes))].join(', ')

const passedAfter = (before: Leg, after: Leg, strength: Strength | null, { confidence, expect }: PairTerms): Judged => {
  if (strength !== null && before.some(showsBug)) return shownBefore(before, after, strength, confidence)
  const [old, now] = [lanesIn(before), lanesIn(after)]
  if (expect === 'clean' && old !== now)
    return {
      verdict: 'invalid',
      reason: `the kernels did not run the same lanes, before ${old || 'none'}, after ${now || 'none'}: they cannot be compared`,
    }
  if (expect === 'clean' && before.every(({ verdict }) => verdict === 'pass'))
    return {
      verdict: 'clean',
      reason: `before passes ${times(before.length, before.length)}, after passes ${times(after.length, after.length)} without a new finding`,
    }
  const other = failures(before)[0]
  return {
    verdict: 'not-demonstrated',
    reason: other
      ? `the unpatched kernel fails for another reason: ${other.title}`
      : 'the unpatched kernel did not fail',
  }
}

/** The verdict of a before/after pair over all runs of each leg. */
export const judgePair = (before: Leg, after: Leg, terms: PairTerms = DEFAULT_TERMS): PairJudgement => {
  const strength = strengthOf(before, after, terms.confidence)
  if (after.some(({ verdict }) => verdict === 'fail')) return { ...failedAfter(before, after), strength }
  const unusable =
    [...before, ...after].find(({ verdict }) => verdict === 'error') ??
    after.find(({ verdict }) => verdict === 'inconclusive')
  if (unusable) return { verdict: 'invalid', reason: unusable.reason, strength }
  // A kernel that was never booted did not "not fail".
  const [first] = before
  if (first && !before.some(hasBooted)) return { verdict: 'invalid', reason: first.reason, strength }
  if (before.length === 0 || after.length === 0) return { verdict: 'invalid', reason: 'a leg is missing', strength }
  return { ...passedAfter(before, after, strength, terms), strength }
}
