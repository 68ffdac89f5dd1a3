// SPDX-License-Identifier: MIT
import type { LegName } from '../../model/results.ts'
import { VCPUS } from '../../vm/argv.ts'
import type { Capacity, Task } from '../schedule/pick.ts'
import type { CellPlan, PairPlan } from './pairs.ts'

/** A build of one leg's kernel, or one boot of it. */
export type RunTask = Task & { readonly pair: PairPlan } & (
    | { readonly kind: 'build'; readonly leg: LegName }
    | { readonly kind: 'boot'; readonly cell: CellPlan }
  )

// Measured: a full build of 6.1 with KASAN on x86_64, and one that starts from the objects of another.
const FULL_BUILD_CORE_S = 900
const NEXT_BUILD_CORE_S = 80
const CACHED_BUILD_S = 3
const BUILD_MIB_PER_CORE = 600
// The guest's 512 MiB, and QEMU's translated code.
const VM_MIB = 1024

/** The group of builds that reuse each other's objects: the first one compiles everything, the others little. */
export const buildGroup = ({ tree, arch, profile }: Pick<PairPlan, 'tree' | 'arch' | 'profile'>): string =>
  `${tree} ${arch} ${profile}`

const legsOf = ({ cells }: PairPlan): readonly LegName[] => [...new Set(cells.map(({ leg }) => leg))]

const buildId = (pair: PairPlan, leg: LegName): string => `build ${pair.id}-${leg}`

/** What the scheduler expects of builds and boots. */
export interface Expected {
  /** Whether the kernel of this leg is in the cache. */
  readonly isCached: (pair: PairPlan, leg: LegName) => boolean
  /** Seconds of this boot with its lanes. */
  readonly bootSeconds: (cell: CellPlan) => number
}

/** The tasks of these pairs, in order: the build of each leg, then its boots. */
export const tasksFor = (pairs: readonly PairPlan[], capacity: Capacity, expected: Expected): readonly RunTask[] => {
  const first = new Map<string, string>()
  const donors = new Set(
    pairs.filter((pair) => legsOf(pair).some((leg) => expected.isCached(pair, leg))).map(buildGroup),
  )
  const buildSeconds = (pair: PairPlan, leg: LegName, head: boolean): number => {
    if (expected.isCached(pair, leg)) return CACHED_BUILD_S
    return (head && !donors.has(buildGroup(pair)) ? FULL_BUILD_CORE_S : NEXT_BUILD_CORE_S) / capacity.cores
  }
  return pairs.flatMap((pair) => {
    const builds = legsOf(pair).map((leg): RunTask => {
      const id = buildId(pair, leg)
      const head = first.get(buildGroup(pair))
      if (head === undefined) first.set(buildGroup(pair), id)
      return {
        kind: 'build',
        id,
        pair,
        leg,
        after: head === undefined ? [] : [head],
        cores: capacity.cores,
        memoryMiB: BUILD_MIB_PER_CORE * capacity.cores,
        seconds: buildSeconds(pair, leg, head === undefined),
      }
    })
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
        memoryMiB: VM_MIB,
        seconds: expected.bootSeconds(cell),
      }),
    )
    return [...builds, ...boots]
  })
}
