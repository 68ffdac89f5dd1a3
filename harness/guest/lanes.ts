// SPDX-License-Identifier: MIT
import { type LaneEvidence, type LaneName, laneName } from '../model/results.ts'
import { type Generation, generations } from './generation.ts'

/** What a lane runs on, and what it was given. */
export interface LaneContext {
  readonly generation: Generation
  /** Whether frees have to fall into the windows of lane `race`. */
  readonly opens: boolean
}

/** One workload of the guest, as the host sees it. The program is guest/lanes/NAME.c. */
export interface Lane {
  readonly name: LaneName
  /** How long it runs unless --duration says otherwise. */
  readonly seconds: number
  /** Whether a kernel with these options and of this generation can run it. */
  readonly fits: (options: ReadonlySet<string>, generation: Generation) => boolean
  /** Whether it runs where no lane is asked for. One that stock kernels fail, or that was not tried on them, does not. */
  readonly byDefault: (generation: Generation) => boolean
  /** Whether it needs a live zswap. */
  readonly usesZswap: boolean
  /** Whether zswap has pools of other allocators in it, which may write back where zsmalloc cannot. */
  readonly mixesPools?: boolean
  /** Whether the bug under test can show in it. */
  readonly meetsBug: boolean
  /** Returns what this lane's own numbers lack for a clean run to count; undefined when the lane did its work. */
  readonly missing: (evidence: LaneEvidence, context: LaneContext) => string | undefined
}

type Missing = Lane['missing']
type Fits = Lane['fits']

const writeback: Missing = ({ writtenBackPages }, { generation }) =>
  writtenBackPages > 0 || generation.reclaim === 'none' ? undefined : 'zswap wrote no page back'
const verified: Missing = ({ pagesVerified }) => (pagesVerified > 0 ? undefined : 'no page was verified')
// A page that is freed in a window is not written back, so with windows the hits are the evidence.
const hits: Missing = (evidence, context) => {
  if (!context.opens) return writeback(evidence, context)
  return evidence.hits > 0 ? undefined : 'no free fell into an eviction window'
}
const failedEvictions: Missing = ({ failedEvictions }, { generation }) => {
  if (failedEvictions > 0 || !generation.keepsLoaded || generation.reclaim === 'none') return undefined
  return 'no eviction failed'
}
const classes: Missing = ({ classesSeen }) => (classesSeen > 0 ? undefined : 'no size class held an object')

/** A counter of the lane's own that must have moved. */
const counted =
  (counter: string, otherwise: string): Missing =>
  ({ counters }) =>
    (counters[counter] ?? 0) > 0 ? undefined : otherwise

const every =
  (...rules: readonly Missing[]): Missing =>
  (evidence, context) => {
    const missing = rules.flatMap((rule) => rule(evidence, context) ?? [])
    return missing.length === 0 ? undefined : missing.join(', ')
  }

const onZswap: Fits = (options) => options.has('CONFIG_ZSWAP') && options.has('CONFIG_ZSMALLOC')
const withWriteback: Fits = (options, generation) => onZswap(options, generation) && generation.reclaim !== 'none'
const ofMemcg: Fits = (options, generation) => onZswap(options, generation) && generation.reclaim === 'memcg'
// The older zsmalloc names its slab caches alike in every pool, so that two of them cannot be told apart.
const onZram: Fits = (options, { reclaim }) =>
  options.has('CONFIG_ZRAM') && (!options.has('CONFIG_ZSWAP') || reclaim === 'memcg')

// Below the older zsmalloc another allocator has to take turns with it.
const onTwoPools: Fits = (options, generation) =>
  onZswap(options, generation) && (generation.reclaim === 'memcg' || options.has('CONFIG_ZBUD'))

const always = (): boolean => true
const never = (): boolean => false
// The kernels that these lanes were booted on so far.
const whereTried = ({ reclaim }: Generation): boolean => reclaim === 'memcg'
const whereZramTried = ({ functions }: Generation): boolean => functions.includes('__read_swap_cache_async')

const ON_ZSWAP = { seconds: 8, byDefault: always, fits: onZswap, usesZswap: true, meetsBug: true }
const ON_ZRAM = { seconds: 5, byDefault: always, fits: onZram, usesZswap: false, meetsBug: false }
const OF_MEMCG = { ...ON_ZSWAP, seconds: 6, fits: ofMemcg, missing: every(writeback, verified) }

const LANES: Readonly<Record<LaneName, Omit<Lane, 'name'>>> = {
  race: { ...ON_ZSWAP, seconds: 10, fits: withWriteback, missing: every(hits, verified) },
  pump: { ...ON_ZSWAP, missing: every(writeback, verified) },
  restore: { ...ON_ZSWAP, missing: every(writeback, verified, failedEvictions) },
  classes: { ...ON_ZSWAP, missing: every(writeback, verified, classes) },
  cgroup: OF_MEMCG,
  shrinker: OF_MEMCG,
  swapoff: OF_MEMCG,
  redirty: {
    ...ON_ZSWAP,
    byDefault: whereTried,
    seconds: 5,
    missing: every(
      verified,
      counted('overlaps', 'no page was in memory beside its entry'),
      counted('past', 'no page went past zswap'),
    ),
  },
  reuse: {
    ...ON_ZSWAP,
    byDefault: whereTried,
    seconds: 6,
    missing: every(writeback, verified, counted('reuses', 'no slot came round')),
  },
  policy: {
    ...OF_MEMCG,
    byDefault: whereTried,
    seconds: 4,
    missing: every(
      verified,
      counted('permitted', 'no page was written back where that is allowed'),
      counted('refused', 'no page was refused'),
    ),
  },
  switch: {
    ...ON_ZSWAP,
    byDefault: whereTried,
    seconds: 4,
    fits: onTwoPools,
    mixesPools: true,
    missing: every(verified, counted('switches', 'no pool was changed')),
  },
  zram: { ...ON_ZRAM, seconds: 8, missing: verified },
  shared: {
    ...ON_ZRAM,
    byDefault: never,
    missing: every(verified, counted('faults', 'no other thread read a page back')),
  },
  control: {
    ...ON_ZRAM,
    byDefault: whereZramTried,
    missing: every(verified, counted('lives', 'no disk was made and reset')),
  },
  kswapd: {
    ...ON_ZSWAP,
    byDefault: never,
    missing: every(verified, counted('stolen', 'kswapd took no page')),
  },
  hotplug: {
    ...ON_ZSWAP,
    byDefault: never,
    fits: (options, generation) => onZswap(options, generation) && options.has('CONFIG_HOTPLUG_CPU'),
    missing: every(verified, counted('cycles', 'no CPU went offline and came back')),
  },
  // It is for a zswap that is off at the start, too.
  enable: {
    ...ON_ZSWAP,
    seconds: 5,
    byDefault: never,
    usesZswap: false,
    missing: every(
      verified,
      counted('stored', 'no page was stored in zswap'),
      counted('switches', 'zswap was not switched off and on'),
    ),
  },
  // The guest reports a program that did not start, and the records must agree about the others.
  workload: {
    seconds: 30,
    // Without programs there is nothing to run in it.
    byDefault: never,
    fits: () => true,
    usesZswap: false,
    meetsBug: true,
    missing: () => undefined,
  },
}

/** Every lane, in the order in which a boot runs them: race first, where a kernel with the bug crashes soonest. */
export const lanes: readonly Lane[] = laneName.options.map((name) => ({ name, ...LANES[name] }))

/** The lanes that need a live zswap. */
export const zswapLanes: ReadonlySet<LaneName> = new Set(
  lanes.filter(({ usesZswap }) => usesZswap).map(({ name }) => name),
)

/** These lanes for a series that names them: then its bug can show in each of them. */
export const lanesOfSeries = (fitting: readonly Lane[], named: readonly LaneName[]): readonly Lane[] =>
  fitting.map((lane) => (named.includes(lane.name) ? { ...lane, meetsBug: true } : lane))

/** The lanes asked for that no kernel of this generation can run, whatever its options. */
export const lanesUnfit = (
  options: ReadonlySet<string>,
  generation: Generation,
  asked: readonly LaneName[],
): readonly LaneName[] =>
  lanes
    .filter(({ name, fits }) => asked.includes(name) && !fits(options, generation))
    .filter(({ fits }) => generations.some((other) => fits(options, other)))
    .map(({ name }) => name)

/** Seconds of a lane: the time limit of the user's programs, else --duration or the lane's own. */
export const secondsOf = ({ name, seconds }: Lane, durationS: number | null, workloadS: number): number =>
  name === 'workload' ? workloadS : (durationS ?? seconds)

const isAsked = ({ name, byDefault }: Lane, generation: Generation, asked: readonly LaneName[]): boolean =>
  asked.length === 0 ? byDefault(generation) : asked.includes(name)

/** The lanes that a kernel can run: of those asked for, or of all that run by default when none is asked for. */
export const lanesFor = (
  options: ReadonlySet<string>,
  generation: Generation,
  asked: readonly LaneName[],
): readonly Lane[] => lanes.filter((lane) => isAsked(lane, generation, asked) && lane.fits(options, generation))
