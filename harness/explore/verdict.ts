// SPDX-License-Identifier: MIT
import { many } from '../lib/text/number.ts'
import { EXIT } from '../model/errors.ts'
import type { LegName } from '../model/results.ts'
import { UNCONFIRMED } from '../verdict/explored.ts'
import { commonBound, describeFrontier, type Reached } from './frontier.ts'
import { countLines } from './lines.ts'
import type { ExploreResult, FoundFailure, LegResult } from './result.ts'

/** What the search cannot say, whatever it found. */
export const limitsOf = (memory: 'sc' | 'tso'): readonly string[] => [
  memory === 'sc'
    ? 'Memory is sequentially consistent: no CPU sees a store late, and none is reordered.'
    : 'Memory is that of x86: a store may be seen late by other CPUs. Weaker CPUs reorder more.',
  'Interrupts, the migration of a task from a CPU that stays, highmem and 32-bit kernels are not explored.',
  'All schedules means all of these small scenarios: a bug that needs another one is not found.',
]

type Judged = Pick<ExploreResult, 'verdict' | 'reasons' | 'bound' | 'exitCode'>

const failureText = (leg: LegName, { kind, scenario, model }: FoundFailure): string =>
  `${leg} fails in ${scenario} (${kind})${model ? '; the failure rests on a model of ours' : ''}: ${UNCONFIRMED}`

const whyNotSearched = (leg: LegName, found: LegResult | undefined): string | undefined => {
  if (!found) return `${leg} was not explored`
  return found.status === 'cannot' || found.status === 'unbuilt' ? `${leg}: ${found.reason}` : undefined
}

const bugsOf = ({ failures }: LegResult): readonly FoundFailure[] => failures.filter(({ isBug }) => isBug)

const whyNotBefore = (before: LegResult | undefined): readonly string[] => {
  const missing = whyNotSearched('before', before)
  if (missing !== undefined) return [missing]
  const [first] = before!.failures
  if (!first) return [`before does not fail: ${before!.frontier}`]
  if (bugsOf(before!).length > 0) return []
  return [`${failureText('before', first)}; it is not the bug of the series`]
}

const whyNotLines = ({ patchLines, unexplored }: LegResult): readonly string[] => {
  const why: string[] = []
  if (unexplored.length > 0) why.push(`the patch also changes ${unexplored.join(', ')}, which is not explored`)
  if (patchLines === null) return [...why, 'which lines of the patch ran was not measured']
  const { executable, executed } = countLines(patchLines)
  if (executable === 0) why.push('no line that the patch adds has code in the explored objects')
  if (executed < executable) why.push(`${executed} of ${executable} lines of the patch ran`)
  return why
}

// The bug needs at least one: without any, the threads run one after the other.
const LEAST_BOUND = 1

const failsAlike = ({ kind, scenario }: FoundFailure, before: LegResult | undefined): boolean =>
  before?.failures.some((one) => one.kind === kind && one.scenario === scenario) ?? false

const whyNotAfter = (after: LegResult | undefined, before: LegResult | undefined): readonly string[] => {
  const missing = whyNotSearched('after', after)
  if (missing !== undefined) return [missing]
  const [first] = after!.failures
  if (first)
    return [`${failureText('after', first)}${failsAlike(first, before) ? '; so it does without the patch' : ''}`]
  const bound = commonBound(after!.reached)
  const why = whyNotLines(after!)
  if (bound === 'all' || (bound !== null && bound >= LEAST_BOUND)) return why
  return [`after is not complete up to ${LEAST_BOUND} preemption: ${describeFrontier(after!.reached)}`, ...why]
}

/** Whether all schedules with as few preemptions as that of the failure were run in its scenario. */
export const isCovered = (
  { scenario, bound }: FoundFailure,
  { reached }: { readonly reached: readonly Reached[] },
): boolean => {
  const complete = reached.find(({ name }) => name === scenario)?.complete ?? null
  return complete === 'all' || (complete !== null && bound !== null && complete >= bound)
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n')

/** Why the search of the after leg would not have met what the before leg showed. */
const whyNotCompared = (before: LegResult | undefined, after: LegResult | undefined): readonly string[] => {
  if (!before || after?.status !== 'searched') return []
  const [bug] = bugsOf(before)
  if (!bug) return []
  const why: string[] = []
  if (!same(before.objects, after.objects))
    why.push(`before runs ${before.objects.join(', ')}, but after runs ${after.objects.join(', ')}`)
  if (!bugsOf(before).some((one) => isCovered(one, after)))
    why.push(
      `after is not complete where before fails: ${bug.scenario}, ${bug.bound === null ? 'without a bound' : `up to ${many(bug.bound, 'preemption')}`}`,
    )
  return why
}

/** The verdict of a pair. It is never a pass or a fail: only a booted kernel makes one. Pure. */
export const judge = (legs: readonly LegResult[]): Judged => {
  const find = (name: LegName): LegResult | undefined => legs.find(({ leg }) => leg === name)
  const [before, after] = [find('before'), find('after')]
  const bound = after?.status === 'searched' ? commonBound(after.reached) : null
  const why = [...whyNotBefore(before), ...whyNotAfter(after, before), ...whyNotCompared(before, after)]
  if (why.length > 0) return { verdict: 'inconclusive', reasons: why, bound, exitCode: EXIT.inconclusive }
  const { executable } = countLines(after!.patchLines ?? [])
  const shown = bugsOf(before!).find((one) => isCovered(one, after!))!
  const reasons = [
    `before fails with the bug of the series, on schedule ${shown.nth}${shown.unseen === null ? '' : ` (${shown.unseen})`}`,
    `after: ${after!.frontier}, ${after!.schedules} schedules, none fails`,
    `all ${executable} lines of the patch with code ran`,
  ]
  return { verdict: 'explored', reasons, bound, exitCode: EXIT.ok }
}
