// SPDX-License-Identifier: MIT
import { differingOptions } from '../../kernel/donor.ts'
import type { Touches } from '../../kernel/touches.ts'
import { type Costs, cheapestOrigins } from './arborescence.ts'

/** What a build is made from, as far as it tells what another build could take over. */
export interface Ingredients {
  /** The wanted options and make's variables, one line each. */
  readonly options: readonly string[]
  /** The files that each patch touches, by the patch. */
  readonly patches: ReadonlyMap<string, readonly string[]>
}

/** A kernel that a plan needs. */
export interface PlannedBuild extends Ingredients {
  /** `PAIR-LEG`. */
  readonly id: string
  /** Builds share objects only with builds of the same tree, architecture and compiler. */
  readonly group: string
  readonly arch: string
  /** Whether it is in the cache. */
  readonly cached: boolean
}

/** What the cache has for a group of builds. */
export interface GroupCache {
  /** What depends on what, by the records of one of its builds; guessed when there is none. */
  readonly touches: Touches
  /** The finished builds that may give their objects. */
  readonly finished: readonly (Ingredients & { readonly touches: Touches })[]
}

/** What is predicted about one build. */
export interface BuildForecast {
  readonly cached: boolean
  /** Objects that it compiles; none when another build makes the same kernel. */
  readonly objects: number
  /** Whether it compiles all of its objects. */
  readonly full: boolean
  /** The build of the plan whose objects it starts from; null for none, and for one that is in the cache before. */
  readonly donor: string | null
}

const onlyIn = (a: Ingredients, b: Ingredients): readonly string[] =>
  [...a.patches].flatMap(([patch, files]) => (b.patches.has(patch) ? [] : files))

/** The files that are in only one of two builds, or differ, by their patches; sorted. */
export const differingFiles = (a: Ingredients, b: Ingredients): readonly string[] =>
  [...new Set([...onlyIn(a, b), ...onlyIn(b, a)])].sort()

const isSame = (a: Ingredients, b: Ingredients): boolean =>
  differingFiles(a, b).length === 0 && [...a.options].sort().join('\n') === [...b.options].sort().join('\n')

const objectsFrom = ({ again }: Touches, a: Ingredients, b: Ingredients): number =>
  // The second of two equal kernels comes from the cache.
  isSame(a, b) ? 0 : again(differingOptions(a.options, b.options), differingFiles(a, b))

const costsOf = (builds: readonly PlannedBuild[], { touches, finished }: GroupCache): Costs => ({
  alone: builds.map((build) =>
    Math.min(touches.all, ...finished.map((donor) => objectsFrom(donor.touches, donor, build))),
  ),
  from: builds.map((donor) => builds.map((build) => objectsFrom(touches, donor, build))),
})

const forecastGroup = (
  builds: readonly PlannedBuild[],
  cache: GroupCache,
): readonly (readonly [string, BuildForecast])[] => {
  const { alone, from } = costsOf(builds, cache)
  const origins = cheapestOrigins({ alone, from })
  return builds.map(({ id }, node) => {
    const origin = origins[node] ?? null
    const objects = origin === null ? alone[node]! : from[origin]![node]!
    const donor = origin === null ? null : builds[origin]!.id
    return [id, { cached: false, objects, full: objects >= cache.touches.all, donor }]
  })
}

const CACHED: BuildForecast = { cached: true, objects: 0, full: false, donor: null }

/**
 * What each build compiles when every one starts from the donor that makes the sum least. Make may compile more or less
 * than predicted, and the build then chooses its donor by what is in the cache.
 */
export const forecastBuilds = (
  builds: readonly PlannedBuild[],
  caches: ReadonlyMap<string, GroupCache>,
): ReadonlyMap<string, BuildForecast> => {
  const cached = builds.filter((build) => build.cached).map(({ id }) => [id, CACHED] as const)
  const missing = builds.filter((build) => !build.cached)
  const groups = [...new Set(missing.map(({ group }) => group))]
  const forecasts = groups.flatMap((name) =>
    forecastGroup(
      missing.filter(({ group }) => group === name),
      caches.get(name)!,
    ),
  )
  return new Map([...cached, ...forecasts])
}
