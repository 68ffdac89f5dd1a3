// SPDX-License-Identifier: MIT
import { HostError } from '../model/errors.ts'
import type { Plan, Testimony, Walked } from './records.ts'

/** How far a scenario was explored. */
export interface Reached {
  readonly name: string
  readonly threads: number
  /**
   * All schedules with at most so many preemptions were walked: null when not even those without one, `all` when no
   * schedule is left.
   */
  readonly complete: number | 'all' | null
  readonly schedules: number
  readonly states: number
  readonly ms: number
}

/** How many scenarios were completed at a bound. */
export interface Frontier {
  /** Null without a bound. */
  readonly bound: number | null
  readonly complete: number
  readonly of: number
}

const higher = (a: Reached['complete'], b: Reached['complete']): Reached['complete'] => {
  if (a === 'all' || b === 'all') return 'all'
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}

const heightOf = (bound: number | null): number => bound ?? Number.MAX_VALUE

// More preemptions include fewer: what was left out at a bound is left out at every higher one, whatever its line says.
const completeOf = (walked: readonly Walked[]): Reached['complete'] => {
  const cut = Math.min(...walked.filter((one) => !one.complete).map(({ bound }) => heightOf(bound)))
  return walked
    .filter((one) => one.complete && heightOf(one.bound) < cut)
    .map((one) => (one.bound === null || one.exhausted ? 'all' : one.bound))
    .reduce<Reached['complete']>(higher, null)
}

const sum = (walked: readonly Walked[], of: (one: Walked) => number): number =>
  walked.reduce((total, one) => total + of(one), 0)

const requireOnePlan = (plans: readonly Plan[]): Plan => {
  const names = ({ scenarios }: Plan): string => JSON.stringify(scenarios)
  const [first] = plans
  if (first && plans.every((one) => names(one) === names(first) && one.memory === first.memory)) return first
  throw new HostError('the processes of the explorer had different plans', 'report this: it is a bug in the explorer')
}

/** How far each scenario of the plan was explored by all processes together; one that none of them named, not at all. */
export const reachedBy = (shards: readonly Testimony[]): readonly Reached[] => {
  const plan = requireOnePlan(shards.map((shard) => shard.plan))
  const walked = shards.flatMap((shard) => shard.walked)
  return plan.scenarios.map(({ name, threads }) => {
    const own = walked.filter((one) => one.name === name)
    return {
      name,
      threads,
      complete: completeOf(own),
      schedules: sum(own, (one) => one.schedules),
      states: sum(own, (one) => one.states),
      ms: sum(own, (one) => one.ms),
    }
  })
}

const isComplete = ({ complete }: Reached, bound: number | null): boolean => {
  if (complete === 'all') return true
  return bound !== null && complete !== null && complete >= bound
}

/** For each bound that some scenario completed, how many did; then how many have no schedule left. */
export const frontierOf = (reached: readonly Reached[]): readonly Frontier[] => {
  const bounds = reached.flatMap(({ complete }) => (typeof complete === 'number' ? [complete] : []))
  const top = Math.max(-1, ...bounds)
  const all: readonly (number | null)[] = [...Array.from({ length: top + 1 }, (_, bound) => bound), null]
  return all
    .map((bound) => ({
      bound,
      complete: reached.filter((one) => isComplete(one, bound)).length,
      of: reached.length,
    }))
    .filter(({ complete }) => complete > 0)
}

/** The most preemptions up to which every scenario is complete; null when some is not complete at all. */
export const commonBound = (reached: readonly Reached[]): number | 'all' | null => {
  if (reached.length === 0 || reached.some(({ complete }) => complete === null)) return null
  const bounds = reached.flatMap(({ complete }) => (typeof complete === 'number' ? [complete] : []))
  return bounds.length === 0 ? 'all' : Math.min(...bounds)
}

const preemptions = (bound: number): string => `${bound} preemption${bound === 1 ? '' : 's'}`

/** How far those of few threads are complete, where that is farther than all are; empty when it is not. */
const fewThreads = (reached: readonly Reached[]): readonly string[] => {
  const least = Math.min(...reached.map(({ threads }) => threads).filter((threads) => threads > 1))
  const few = reached.filter(({ threads }) => threads <= least)
  const [bound, common] = [commonBound(few), commonBound(reached)]
  if (few.length === reached.length || bound === null || bound === common) return []
  return [`all ${few.length} of up to ${least} threads ${bound === 'all' ? 'without a bound' : `up to ${bound}`}`]
}

/** The frontier in words: `complete up to 2 preemptions for 161 of 161 scenarios; 3 for 40; every schedule of 12`. */
export const describeFrontier = (reached: readonly Reached[]): string => {
  const frontier = frontierOf(reached)
  if (frontier.length === 0) return `no scenario complete, of ${reached.length}`
  const bounded = frontier.filter(({ bound }) => bound !== null)
  const unbounded = frontier.find(({ bound }) => bound === null)
  // Lower bounds that as many scenarios completed say nothing more.
  const telling = bounded.filter(({ complete }, index) => complete !== bounded[index + 1]?.complete)
  const parts = telling.map(({ bound, complete, of }, index) =>
    index === 0
      ? `complete up to ${preemptions(bound!)} for ${complete} of ${of} scenarios`
      : `up to ${bound} for ${complete}`,
  )
  parts.push(...fewThreads(reached))
  if (unbounded) parts.push(`every schedule of ${unbounded.complete}`)
  return parts.join('; ')
}
