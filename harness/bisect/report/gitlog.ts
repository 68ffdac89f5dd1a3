// SPDX-License-Identifier: MIT
import { believe } from '../core/belief.ts'
import { standing } from '../core/decide.ts'
import { weigh } from '../core/tallies.ts'
import type { State } from '../engine/state.ts'

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

const endLines = ({ end, start }: State, told: (id: string) => string): readonly string[] => {
  if (end?.kind === 'culprit') return [`# first bad commit: ${told(end.commit)}`]
  if (end?.kind !== 'set') return []
  const skipped = new Set(start.commits.map(({ id }) => id).filter((id) => end.commits.includes(id)))
  return [
    '# only skipped commits left to test',
    ...[...skipped].map((id) => `# possible first bad commit: ${told(id)}`),
  ]
}

/** The bisection as `git bisect log` would write it, for `git bisect replay`. */
export const gitBisectLog = (state: State): string => {
  const { start, graph, settings } = state
  const { bad, good, bases } = start.ends
  const subjects = new Map([...start.endCommits, ...start.commits].map(({ id, subject }) => [id, subject]))
  const told = (id: string): string => `[${id}] ${subjects.get(id) ?? ''}`.trimEnd()
  const tallied = weigh(state.trials)
  const belief = believe(graph, tallied, settings)
  const paths = start.paths.length === 0 ? [] : ['--', ...start.paths]
  const ends = new Set([bad, ...good])
  const lines = [`# bad: ${told(bad)}`, ...good.map((id) => `# good: ${told(id)}`)]
  lines.push(`git bisect start ${[bad, ...good, ...paths].map(quote).join(' ')}`)
  for (const [id, { hits, clean }] of tallied.tallies) {
    if (ends.has(id)) continue
    const word = bases.includes(id) && hits === 0 ? 'good' : standing(graph, tallied, belief, settings.confidence, id)
    if (word === 'weak') lines.push(`# not sure enough to tell, ${clean} clean runs: ${told(id)}`)
    else lines.push(`# ${word}: ${told(id)}`, `git bisect ${word} ${id}`)
  }
  return `${[...lines, ...endLines(state, told)].join('\n')}\n`
}
