// SPDX-License-Identifier: MIT
import type { Series } from '../inputs/series/model.ts'
import type { Bug } from '../model/results.ts'
import type { Lookup } from './request.ts'

const bugOf = ({ name, title, corpus, applicability }: Series): readonly Bug[] => {
  if (corpus === undefined) return []
  const { commit, cve = null, people, timing } = corpus
  const versions = applicability.filter(({ state }) => state !== 'code-gone')
  return [{ series: name, title, commit, cve, people: [...people], timing, versions: [...versions] }]
}

/** The bugs of the corpus among these series; one that cannot be read has cells that say so. */
export const bugsOf = (series: ReadonlyMap<string, Lookup<Series>>): Bug[] =>
  [...series.values()].flatMap((one) => ('value' in one ? bugOf(one.value) : []))

/** The bugs of several runs, each once. */
export const joinedBugs = (runs: readonly { readonly corpus: readonly Bug[] }[]): Bug[] => [
  ...new Map(runs.flatMap(({ corpus }) => corpus.map((bug) => [bug.series, bug] as const))).values(),
]
