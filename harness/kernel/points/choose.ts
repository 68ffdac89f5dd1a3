// SPDX-License-Identifier: MIT
import { isLock, isRelease } from './callnames.ts'
import { POINTER } from './occurrences.ts'

/** Why a place is worth a delay: it is in what the patch changes, at a lock of code that shares its data, or in such code. */
export type Tier = 'changed' | 'lock' | 'shared'

/** A place where a race may open, by names that both legs have. */
export interface Candidate {
  /** FUNC:entry, FUNC:return, FUNC>CALLEE or FUNC<CALLEE. */
  readonly text: string
  readonly tier: Tier
  /** The function that it is in. */
  readonly of: string
  /** What comes first among functions: low numbers. */
  readonly weight: number
  /** What comes first within a function: low numbers. */
  readonly rank: number
  /** Where it is in this leg's kernel; null for a return. */
  readonly address: bigint | null
}

// Between a release and the next lock, others run; who calls through a pointer does not know what runs there.
export const RANKS = {
  entry: 0,
  pointer: 1,
  released: 2,
  taking: 2,
  return: 3,
  taken: 4,
  releasing: 4,
  call: 5,
} as const

export const rankOf = (callee: string, side: 'before' | 'after'): number => {
  if (callee === POINTER) return RANKS.pointer
  if (!isLock(callee)) return RANKS.call
  if (isRelease(callee)) return side === 'after' ? RANKS.released : RANKS.releasing
  return side === 'before' ? RANKS.taking : RANKS.taken
}

const TIERS: readonly Tier[] = ['changed', 'lock', 'shared']

const byAddress = (a: bigint | null, b: bigint | null): number => Number((a ?? 0n) - (b ?? 0n))

/** Sorts places: the likeliest first. */
export const byLikelihood = (places: readonly Candidate[]): readonly Candidate[] =>
  [...places].sort(
    (a, b) =>
      TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) ||
      a.weight - b.weight ||
      a.rank - b.rank ||
      byAddress(a.address, b.address),
  )

/** Leaves out what is at the address of one before it: after one call may be before the next one. */
const withoutTwins = (places: readonly Candidate[]): readonly Candidate[] => {
  const seen = new Set<bigint>()
  return places.filter(({ address }) => address === null || (!seen.has(address) && seen.add(address)))
}

/** Takes one of each function in turn, so that none is left out when there are too many. */
const inTurn = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const queues = new Map<string, Candidate[]>()
  for (const one of candidates) queues.set(one.of, [...(queues.get(one.of) ?? []), one])
  const taken: Candidate[] = []
  for (let round = 0; taken.length < candidates.length; round += 1)
    for (const queue of queues.values()) if (queue[round] !== undefined) taken.push(queue[round]!)
  return taken
}

const MOST = 48
// How many places are kept for what is around the changed functions, if there are that many; of these, the part of locks.
const AROUND = 16
const LOCKS = 0.6

/** The places that all legs have, at most 48: the likeliest first, spread over the functions. */
export const chooseCandidates = (
  legs: readonly (readonly Candidate[])[],
  most: number = MOST,
): readonly Candidate[] => {
  const [first = [], ...others] = legs
  const texts = others.map((leg) => new Set(leg.map(({ text }) => text)))
  const common = withoutTwins(first.filter(({ text }) => texts.every((leg) => leg.has(text))))
  const of = (tier: Tier): readonly Candidate[] => inTurn(common.filter((one) => one.tier === tier))
  const [changed, lock, shared] = [of('changed'), of('lock'), of('shared')]
  const own = changed.slice(0, Math.max(0, most - Math.min(AROUND, lock.length + shared.length)))
  const left = most - own.length
  const locks = lock.slice(0, Math.max(Math.round(left * LOCKS), left - shared.length))
  return [...own, ...locks, ...shared].slice(0, most)
}
