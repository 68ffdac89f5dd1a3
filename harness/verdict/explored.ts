// SPDX-License-Identifier: MIT
import { many } from '../lib/text/number.ts'
import type { CellResult, Exploration, ModelFailure, PairResult } from '../model/results.ts'
import type { Tone } from '../model/words.ts'

/** The words for a failure that no booted kernel has shown. */
export const UNCONFIRMED = 'found in the model, not confirmed on a booted kernel'

type Explored = Pick<Exploration, 'tree' | 'series' | 'config'>
type Placed = Pick<PairResult | CellResult, 'config'> & {
  readonly tree: string | null
  readonly series: string | null
}

/** Whether an exploration is about the code of this pair or cell: neither architecture nor profile changes that. */
const isAbout = ({ tree, series, config }: Explored, place: Placed): boolean =>
  (place.tree ?? tree) === tree && (place.series ?? series) === series && place.config === config

/** The exploration of the code of a pair or a cell. */
export const explorationOf = (all: readonly Exploration[], place: Placed): Exploration | undefined =>
  all.find((one) => isAbout(one, place))

/** The pairs with what was explored of their code. */
export const withExplored = (pairs: readonly PairResult[], all: readonly Exploration[]): PairResult[] =>
  pairs.map((pair) => ({ ...pair, explored: explorationOf(all, pair) ?? null }))

/** The failure that nothing explains away: of the kernel with the patch. */
export const failureAfter = ({ failures }: Exploration): ModelFailure | undefined =>
  failures.find(({ leg }) => leg === 'after')

/** `explored`, `inconclusive` or `not explored`, and why, in one line; with the architecture where the pair's is another. */
export const describeExploration = (one: Exploration, arch: PairResult['arch'] = one.arch): string => {
  const of = [
    ...(one.cached ? ['from the cache'] : []),
    ...(arch === one.arch || one.path === null ? [] : [`objects of ${one.arch}`]),
  ]
  return `${wordOf(one)}${of.length === 0 ? '' : ` (${of.join('; ')})`}: ${one.reason}`
}

/** The status as a reader sees it. */
export const wordOf = ({ status }: Pick<Exploration, 'status'>): string => status.replace('-', ' ')

/** Good is only what is explored; nothing found in a model is bad by itself. */
export const toneOfExploration = ({ status }: Pick<Exploration, 'status'>): Tone =>
  status === 'explored' ? 'good' : 'unsure'

/** The figures of an exploration, in one line. */
export const describeFigures = ({ bound, scenarios, schedules, patchLines }: Exploration): string =>
  [
    bound === null
      ? 'no common bound'
      : bound === 'all'
        ? 'every schedule'
        : `complete up to ${many(bound, 'preemption')}`,
    many(scenarios, 'scenario'),
    many(schedules, 'schedule'),
    ...(patchLines === null ? [] : [`${patchLines.executed} of ${patchLines.executable} lines of the patch ran`]),
  ].join(', ')

/** What a run ends with, about an exploration; undefined where there is nothing to read. */
export const sentenceOf = (one: Exploration): string | undefined => {
  const failure = failureAfter(one)
  if (failure)
    return `Exploration of ${one.name}: after fails in ${failure.scenario} (${failure.kind}), ${UNCONFIRMED}.`
  return one.status === 'explored' ? `Explored (${one.name}): ${describeFigures(one)}.` : undefined
}
