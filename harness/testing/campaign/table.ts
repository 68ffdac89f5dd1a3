// SPDX-License-Identifier: MIT
import { columns } from '../../lib/text/columns.ts'
import type { Result } from './fault.ts'

const count = (results: readonly Result[], is: (result: Result) => boolean): string => `${results.filter(is).length}`

const rowOf = (name: string, results: readonly Result[]): readonly string[] => [
  name,
  `${results.length}`,
  count(results, ({ hit }) => hit.hit),
  count(results, ({ wrong }) => wrong.length > 0),
  count(results, ({ left }) => left.length > 0),
  count(results, ({ nextWrong }) => nextWrong.length === 0),
]

const HEAD = ['category', 'faults', 'hit', 'wrong verdicts', 'leftovers', 'next run right']

/** The table of the campaign: one line a category. */
export const tableOf = (results: readonly Result[]): string => {
  const categories = [...new Set(results.map(({ fault }) => fault.category))]
  const rows = categories.map((category) =>
    rowOf(
      category,
      results.filter(({ fault }) => fault.category === category),
    ),
  )
  return columns([HEAD, ...rows, rowOf('all', results)]).join('\n')
}

/** What was wrong about these faults, and what the harness printed. */
export const problemsOf = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ fault, hit, wrong, left, nextWrong, output }) =>
    [...wrong, ...left.map((text) => `left: ${text}`), ...nextWrong].map(
      (text) => `${fault.name}${hit.note ? ` (${hit.note})` : ''}: ${text}\n    ${output}`,
    ),
  )
