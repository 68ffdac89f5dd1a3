// SPDX-License-Identifier: MIT

import type { CellResult, Exploration, ModelFailure, PairResult, RunResult } from '../model/results.ts'
import type { Tone } from '../model/words.ts'
import {
  describeExploration,
  describeFigures,
  explorationOf,
  failureAfter,
  toneOfExploration,
  UNCONFIRMED,
  wordOf,
} from '../verdict/explored.ts'

type Placed = Pick<PairResult | CellResult, 'arch' | 'config'> & {
  readonly tree: string | null
  readonly series: string | null
}

/** The page of an exploration, in the run's folder; undefined without one. */
export const pageOfExploration = ({ path }: Pick<Exploration, 'path'>): string | undefined =>
  path === null ? undefined : `${path}/explore.html`

/** What was explored of the code of a pair or cell, as a line of the headline. */
export const exploredLines = (
  { explorations }: Pick<RunResult, 'explorations'>,
  place: Placed,
): readonly { readonly label: string; readonly text: string; readonly tone: Tone }[] => {
  const one = explorationOf(explorations, place)
  if (!one) return []
  return [{ label: 'exploration', text: describeExploration(one, place.arch), tone: toneOfExploration(one) }]
}

/** A failure that only the model shows, in one line. */
export const describeModelFailure = ({
  leg,
  scenario,
  kind,
  text,
  file,
  line,
  model,
  signature,
}: ModelFailure): string => {
  const at = file === null ? '' : `, ${file}${line === null ? '' : `:${line}`}`
  const what = text.replaceAll(' ', '-').startsWith(kind) ? text : `${kind}: ${text}`
  // The unpatched kernel is expected to fail with its bug.
  const proof = leg === 'before' && signature ? 'the bug of the series, in the model' : UNCONFIRMED
  return `${leg} fails in ${scenario}: ${what}${at}${model ? '; it rests on a model of ours' : ''} (${proof})`
}

/** All that a text report says of an exploration. */
export const explorationLines = (one: Exploration): readonly string[] => [
  describeExploration(one),
  ...(one.path === null
    ? []
    : [`${one.arch} objects of ${one.series} on ${one.tree}, ${one.config}: ${describeFigures(one)}`]),
  ...one.failures.map(describeModelFailure),
  ...(one.unexplored.length === 0 ? [] : [`not explored: ${one.unexplored.join(', ')}`]),
  ...(pageOfExploration(one) === undefined ? [] : [`see ${pageOfExploration(one)}`]),
]

/** An exploration as a test case. It passes or is skipped: it is evidence, and fails no pair. */
export const exploredOutcome = (one: Exploration) => {
  const failure = failureAfter(one)
  const page = pageOfExploration(one)
  // A skipped case has its message alone.
  const message = `${wordOf(one)}: ${failure ? describeModelFailure(failure) : one.reason}`
  if (one.status === 'explored')
    return { status: 'pass' as const, message: '', detail: explorationLines(one).join('\n') }
  return { status: 'skip' as const, message: page === undefined ? message : `${message}; see ${page}` }
}
