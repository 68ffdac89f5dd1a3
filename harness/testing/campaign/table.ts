// SPDX-License-Identifier: MIT
import { columns } from '../../lib/text/columns.ts'
import type { Result } from './fault.ts'
import type { Hole, Problem } from './holes.ts'

const count = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length

const known = (problems: readonly Problem[]): string =>
  [...new Set(problems.flatMap(({ hole }) => (hole ? [hole.point] : [])))].join(', ')

const rowOf = (name: string, results: readonly Result[], problems: readonly Problem[]): readonly string[] => [
  name,
  `${results.length}`,
  `${count(results, ({ hit }) => hit.hit)}`,
  `${count(results, ({ wrong }) => wrong.length > 0)}`,
  `${count(results, ({ left }) => left.length > 0)}`,
  `${count(results, ({ nextWrong }) => nextWrong.length === 0)}`,
  `${count(problems, ({ hole }) => hole === undefined)}`,
  known(problems),
]

const HEAD = [
  'category',
  'faults',
  'hit',
  'wrong verdicts',
  'leftovers',
  'next run right',
  'new problems',
  'known holes',
]

/** The table of the campaign: one line a category. */
export const tableOf = (results: readonly Result[], problems: readonly Problem[]): string => {
  const categories = [...new Set(results.map(({ fault }) => fault.category))]
  const rows = categories.map((category) =>
    rowOf(
      category,
      results.filter(({ fault }) => fault.category === category),
      problems.filter(({ result }) => result.fault.category === category),
    ),
  )
  return columns([HEAD, ...rows, rowOf('all', results, problems)]).join('\n')
}

/** Every problem, by hole: the faults that show it, and one of them in full. */
export const listOf = (problems: readonly Problem[], holes: readonly Hole[]): string => {
  const group = (title: string, own: readonly Problem[], most: number): string[] =>
    own.length === 0
      ? []
      : [
          `${title}: ${own.length}`,
          ...own
            .slice(0, most)
            .map(
              ({ result, text }) =>
                `  ${result.fault.name}${result.hit.note ? ` (${result.hit.note})` : ''}: ${text}\n    ${result.output}`,
            ),
        ]
  return [
    ...holes.flatMap((hole) =>
      group(
        `hole ${hole.point}, ${hole.what}`,
        problems.filter((one) => one.hole === hole),
        2,
      ),
    ),
    ...group(
      'NEW problems',
      problems.filter(({ hole }) => hole === undefined),
      1_000,
    ),
  ].join('\n')
}

/** The holes that no fault has met: each is closed, or needs another seed. */
export const closedOf = (problems: readonly Problem[], holes: readonly Hole[]): readonly string[] =>
  holes.filter((hole) => !problems.some((one) => one.hole === hole)).map(({ point, what }) => `${point}: ${what}`)
