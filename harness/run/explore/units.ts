// SPDX-License-Identifier: MIT
import { type LegName, legName } from '../../model/results.ts'
import { type PairPlace, type PairPlan, slugOf } from '../plan/pairs.ts'

type Code = Pick<PairPlace, 'tree' | 'series' | 'config'>

/** Code that is explored once, however many pairs boot it: architecture and profile do not change it. */
export interface ExploreUnit extends Code {
  /** The name of its line, and of its folder where there are several. */
  readonly name: string
  readonly legs: readonly LegName[]
}

const keyOf = ({ tree, series, config }: Code): string => [tree, series, config].join('\n')

const several = (values: readonly string[]): boolean => new Set(values).size > 1

// A merged run takes them from files, which may be forged.
const nameOf = (text: string): string => (/^\.{0,2}$/.test(text) ? `_${text}` : text)

/** Names for these, which contain the tree or the series only when there are several. */
export const namesOf = (codes: readonly Code[]): readonly string[] => {
  const trees = several(codes.map(({ tree }) => tree))
  const series = several(codes.map((one) => one.series))
  const names = codes.map((one) =>
    nameOf([one.config, ...(trees ? [one.tree] : []), ...(series ? [one.series] : [])].map(slugOf).join('-')),
  )
  // Names with hyphens can join to the same text.
  return names.map((name, index) => (names.indexOf(name) === index ? name : `${name}-${index}`))
}

/** The folder of an exploration in its run, alone or one of several. */
export const folderOf = (name: string, isAlone: boolean): string => (isAlone ? 'explore' : `explore/${name}`)

/** What the pairs of a run have to explore, if the first pair of the plan with this code is among them. */
export const unitsOf = (pairs: readonly PairPlan[], plan: readonly PairPlan[]): readonly ExploreUnit[] => {
  const first = new Map<string, PairPlan>()
  for (const pair of plan) if (!first.has(keyOf(pair))) first.set(keyOf(pair), pair)
  const all = [...first.values()]
  const names = namesOf(all)
  const own = new Set(pairs.map(({ id }) => id))
  return all.flatMap((pair, index) => {
    if (!own.has(pair.id)) return []
    const { tree, series, config } = pair
    const cells = pairs.filter((one) => keyOf(one) === keyOf(pair)).flatMap((one) => one.cells)
    const legs = legName.options.filter((leg) => cells.some((cell) => cell.leg === leg))
    return [{ tree, series, config, name: names[index]!, legs }]
  })
}
