// SPDX-License-Identifier: MIT
import { buildSeconds, fitsSeat, type Speed } from '../../kernel/speed.ts'
import { SEAT_CPUS } from '../../lib/locks/slots.ts'
import type { LegName } from '../../model/results.ts'
import { VCPUS } from '../../vm/argv.ts'
import type { Capacity, Task } from '../schedule/pick.ts'
import type { BuildForecast } from './forecast.ts'
import type { CellPlan, PairPlan } from './pairs.ts'

/** A build of one leg's kernel, or one boot of it. */
export type RunTask = Task & { readonly pair: PairPlan } & (
    | { readonly kind: 'build'; readonly leg: LegName; readonly inSeat: boolean }
    | { readonly kind: 'boot'; readonly cell: CellPlan }
  )

const CACHED_BUILD_S = 3
const BUILD_MIB_PER_CORE = 600

/** The group of builds that CI keeps in one job, because they reuse each other's objects. */
export const buildGroup = ({ tree, arch, profile }: Pick<PairPlan, 'tree' | 'arch' | 'profile'>): string =>
  `${tree} ${arch} ${profile}`

const legsOf = ({ cells }: PairPlan): readonly LegName[] => [...new Set(cells.map(({ leg }) => leg))]

const buildId = (build: string): string => `build ${build}`

/** What the scheduler expects of builds and boots. */
export interface Expected {
  /** What the kernel of this leg compiles; undefined when it cannot be built. */
  readonly build: (pair: PairPlan, leg: LegName) => BuildForecast | undefined
  /** How fast this host builds kernels of this architecture. */
  readonly speed: (arch: string) => Speed
  /** Memory of a boot. */
  readonly bootMiB: number
  /** Seconds of this boot with its lanes. */
  readonly bootSeconds: (cell: CellPlan) => number
}

/** What a build needs: a seat beside other tasks, or the whole machine. */
const needsOf = (
  forecast: BuildForecast | undefined,
  speed: Speed,
  { cores }: Capacity,
): Pick<Task, 'cores' | 'seconds'> & { readonly inSeat: boolean } => {
  // One that cannot be built fails at once; one without objects is the kernel of an earlier build.
  if (!forecast || forecast.objects === 0) return { inSeat: true, cores: SEAT_CPUS, seconds: CACHED_BUILD_S }
  const inSeat = fitsSeat(speed, forecast.objects)
  const own = inSeat ? SEAT_CPUS : cores
  return { inSeat, cores: own, seconds: buildSeconds(speed, forecast.objects, Math.min(own, cores)) }
}

const buildTask = (pair: PairPlan, leg: LegName, capacity: Capacity, expected: Expected): RunTask => {
  const forecast = expected.build(pair, leg)
  const needs = needsOf(forecast, expected.speed(pair.arch), capacity)
  return {
    kind: 'build',
    id: buildId(`${pair.id}-${leg}`),
    pair,
    leg,
    // Its objects are worth waiting for.
    after: forecast?.donor ? [buildId(forecast.donor)] : [],
    memoryMiB: BUILD_MIB_PER_CORE * needs.cores,
    ...needs,
  }
}

/** The tasks of these pairs, in order: the build of each leg, then its boots. */
export const tasksFor = (pairs: readonly PairPlan[], capacity: Capacity, expected: Expected): readonly RunTask[] =>
  pairs.flatMap((pair) => {
    const builds = legsOf(pair).map((leg) => buildTask(pair, leg, capacity, expected))
    // The after leg is compared with the compiler warnings of the before leg.
    const after = builds.map(({ id }) => id)
    const boots = pair.cells.map(
      (cell): RunTask => ({
        kind: 'boot',
        id: `boot ${cell.id}`,
        pair,
        cell,
        after,
        cores: VCPUS,
        memoryMiB: expected.bootMiB,
        seconds: expected.bootSeconds(cell),
      }),
    )
    return [...builds, ...boots]
  })
