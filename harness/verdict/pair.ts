// SPDX-License-Identifier: MIT
import type { CellResult, Finding, PairVerdict } from '../model.ts'

export interface PairJudgement {
  readonly verdict: PairVerdict
  readonly reason: string
}

type Leg = readonly Pick<CellResult, 'verdict' | 'reason' | 'findings'>[]

const held = (leg: Leg): readonly Finding[] => leg.flatMap(({ findings }) => findings).filter(({ known }) => !known)
const identity = ({ kind, title }: Finding): string => `${kind}: ${title}`
const times = (n: number, of: number): string => `in ${n} of ${of} ${of === 1 ? 'run' : 'runs'}`

const failedAfter = (before: Leg, after: Leg): PairJudgement => {
  const own = held(after).find(({ signature }) => signature)
  if (own) return { verdict: 'not-fixed', reason: `the patched kernel still fails in the bug's own way: ${own.title}` }
  const old = new Set(held(before).map(identity))
  const fresh = held(after).find((found) => !old.has(identity(found)))
  if (fresh)
    return { verdict: 'regression', reason: `the patched kernel fails in a way the unpatched did not: ${fresh.title}` }
  return {
    verdict: 'invalid',
    reason: `both kernels fail alike: ${held(after)[0]?.title}; a bug of the base says nothing of the patch`,
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
  const shown = before.filter(({ findings }) => findings.some(({ signature }) => signature))
  if (shown.length > 0) {
    const title = held(shown).find(({ signature }) => signature)?.title
    return {
      verdict: 'fixed',
      reason: `before fails ${times(shown.length, before.length)} with ${title}; after passes ${times(after.length, after.length)}`,
    }
  }
  const other = held(before)[0]
  return {
    verdict: 'not-demonstrated',
    reason: other
      ? `the unpatched kernel fails, but of something else: ${other.title}`
      : 'the unpatched kernel did not fail',
  }
}
