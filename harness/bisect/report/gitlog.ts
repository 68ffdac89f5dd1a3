// SPDX-License-Identifier: MIT
import { believe } from '../core/belief.ts'
import { standing } from '../core/decide.ts'
import { tallyTrials } from '../core/tallies.ts'
import type { State } from '../engine/state.ts'

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

const endLines = ({ end, start }: State, nameOf: (id: string) => string): readonly string[] => {
  if (end?.kind === 'culprit') return [`# first bad commit: ${nameOf(end.commit)}`]
  if (end?.kind !== 'set') return []
  const possible = start.commits.map(({ id }) => id).filter((id) => end.commits.includes(id))
  return ['# only skipped commits left to test', ...possible.map((id) => `# possible first bad commit: ${nameOf(id)}`)]
}

/** The bisection in the format of `git bisect log`, for `git bisect replay`. */
export const gitBisectLog = (state: State): string => {
  const { start, graph, settings } = state
  const { bad, good, bases } = start.ends
  const subjects = new Map([...start.endCommits, ...start.commits].map(({ id, subject }) => [id, subject]))
  const nameOf = (id: string): string => `[${id}] ${subjects.get(id) ?? ''}`.trimEnd()
  const tallies = tallyTrials(state.trials)
  const belief = believe(graph, tallies, settings)
  const paths = start.paths.length === 0 ? [] : ['--', ...start.paths]
  const ends = new Set([bad, ...good])
  const lines = [`# bad: ${nameOf(bad)}`, ...good.map((id) => `# good: ${nameOf(id)}`)]
  lines.push(`git bisect start ${[bad, ...good, ...paths].map(quote).join(' ')}`)
  for (const [id, { hits, clean }] of tallies.byCommit) {
    if (ends.has(id)) continue
    const word = bases.includes(id) && hits === 0 ? 'good' : standing(graph, tallies, belief, settings.confidence, id)
    if (word === 'weak') lines.push(`# undecided after ${clean} clean runs: ${nameOf(id)}`)
    else lines.push(`# ${word}: ${nameOf(id)}`, `git bisect ${word} ${id}`)
  }
  return `${[...lines, ...endLines(state, nameOf)].join('\n')}\n`
}
