// SPDX-License-Identifier: MIT

import { OWN, type PlanFile } from '../../inputs/plans/schema.ts'
import { differingLegs } from '../../inputs/series/none.ts'
import type { LegName } from '../../model/results.ts'
import { type Own, type OwnOf, ownOfNone } from './own.ts'
import type { PairPlace, Selected } from './pairs.ts'

/** The lists of a plan whose product is its cells. */
export type Axes = Pick<PlanFile, 'trees' | 'series' | 'archs' | 'configs' | 'profiles' | 'legs'>
export type Axis = keyof Axes
/** The values that the command line gives, by axis. */
export type AskedValues = { readonly [K in Axis]?: Axes[K] }

const AXES: readonly Axis[] = ['trees', 'series', 'archs', 'configs', 'profiles', 'legs']

/** The products of a plan: that of its own lists, then one for each include; missing lists are the plan's own. */
export const productsOf = ({ include, ...plan }: Pick<PlanFile, Axis | 'include'>): readonly Axes[] => {
  const { trees, series, archs, configs, profiles, legs } = plan
  const own = { trees, series, archs, configs, profiles, legs }
  const given = (entry: object): object => Object.fromEntries(Object.entries(entry).filter(([, v]) => v !== undefined))
  return [own, ...include.map((entry) => ({ ...own, ...given(entry) }))]
}

const narrow = (products: readonly Axes[], axis: Axis, asked: readonly string[]): readonly Axes[] => {
  const has = (product: Axes, value: string): boolean => (product[axis] as readonly string[]).includes(value)
  if (!asked.every((value) => products.some((product) => has(product, value))))
    return products.slice(0, 1).map((product) => ({ ...product, [axis]: asked }))
  return products
    .map((product) => ({ ...product, [axis]: (product[axis] as string[]).filter((value) => asked.includes(value)) }))
    .filter((product) => product[axis].length > 0)
}

/** The products after the flags: a value that the plan contains narrows it, any other replaces the plan's own values. */
export const narrowed = (products: readonly Axes[], asked: AskedValues): readonly Axes[] =>
  AXES.reduce((left, axis) => (asked[axis] === undefined ? left : narrow(left, axis, asked[axis])), products)

type PlacedLeg = PairPlace & { readonly leg: LegName }

const withOwn = (names: readonly string[], own: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => (name === OWN ? own : [name]))),
]

const legsIn =
  (ownOf: OwnOf) =>
  ({ trees, series, archs, configs, profiles, legs }: Axes): readonly PlacedLeg[] =>
    trees.flatMap((tree) =>
      series.flatMap((name) => {
        const own = ownOf(name)
        return archs
          .filter((arch) => own.livesOn(tree, arch))
          .flatMap((arch) =>
            withOwn(profiles, [own.profile]).flatMap((profile) =>
              withOwn(configs, own.configs).flatMap((config) =>
                legs.map((leg) => ({ tree, series: name, arch, config, profile, leg })),
              ),
            ),
          )
      }),
    )

const matches = (leg: PlacedLeg, { trees, series, archs, configs, profiles, legs }: Partial<Axes>, own: Own): boolean =>
  (trees ?? [leg.tree]).includes(leg.tree) &&
  (series ?? [leg.series]).includes(leg.series) &&
  (archs ?? [leg.arch]).includes(leg.arch) &&
  withOwn(configs ?? [leg.config], own.configs).includes(leg.config) &&
  withOwn(profiles ?? [leg.profile], [own.profile]).includes(leg.profile) &&
  (legs ?? [leg.leg]).includes(leg.leg)

/** Identifies a place in any plan. */
export const placeKey = ({ tree, series, arch, config, profile }: PairPlace): string =>
  [tree, series, arch, profile, config].join('\n')

/** How many cells of `all` are not in `kept`, by series. */
export const leftOutOf = (all: readonly Selected[], kept: readonly Selected[]): Readonly<Record<string, number>> => {
  const cells = (places: readonly Selected[]) =>
    places.flatMap((place) => place.legs.map((leg) => ({ series: place.series, key: `${placeKey(place)}\n${leg}` })))
  const there = new Set(cells(kept).map(({ key }) => key))
  const left: Record<string, number> = {}
  for (const { series, key } of cells(all)) if (!there.has(key)) left[series] = (left[series] ?? 0) + 1
  return left
}

/** The places of a plan with their legs, each once, in the plan's order. */
export const placesOf = (
  products: readonly Axes[],
  exclude: PlanFile['exclude'],
  ownOf: OwnOf = ownOfNone,
): readonly Selected[] => {
  const places = new Map<string, PairPlace & { readonly legs: LegName[] }>()
  for (const { leg, ...place } of products.flatMap(legsIn(ownOf))) {
    const own = ownOf(place.series)
    const isExcluded = (entry: object): boolean =>
      Object.keys(entry).length > 0 && matches({ ...place, leg }, entry as Partial<Axes>, own)
    if (exclude.some(isExcluded)) continue
    const known = places.get(placeKey(place)) ?? { ...place, legs: [] }
    if (!known.legs.includes(leg)) known.legs.push(leg)
    places.set(placeKey(place), known)
  }
  return [...places.values()].map((place) => ({
    ...place,
    legs: differingLegs({ name: place.series }, [], place.legs),
  }))
}
