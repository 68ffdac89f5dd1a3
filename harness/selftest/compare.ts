// SPDX-License-Identifier: MIT
import { exploredMs } from './explored.ts'
import type { CaseResult } from './result.ts'

/** What only boots catch, what only exploration catches, and what both do. */
export interface Comparison {
  readonly title: string
  readonly cases: readonly CaseResult[]
}

const isWrong = ({ type, equivalent }: CaseResult): boolean => type === 'mutant' && !equivalent
const byBoot = ({ boots, status }: CaseResult): boolean => boots > 0 && status === 'caught'
const byExploration = ({ explored }: CaseResult): boolean => explored?.status === 'caught'

/** The wrong versions by who caught them; nothing where one of the two did not run. */
export const compare = (cases: readonly CaseResult[]): readonly Comparison[] => {
  const wrong = cases.filter(isWrong)
  if (!wrong.some(({ boots }) => boots > 0) || !wrong.some(({ explored }) => explored !== null)) return []
  const of = (title: string, boot: boolean, exploration: boolean): Comparison => ({
    title,
    cases: wrong.filter((one) => byBoot(one) === boot && byExploration(one) === exploration),
  })
  return [
    of('caught by a boot and by exploration', true, true),
    of('caught only by a boot', true, false),
    of('caught only by exploration', false, true),
    of('caught by neither', false, false),
  ].filter(({ cases }) => cases.length > 0)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const timesOf = ({ buildMs, guestMs, explored }: CaseResult): string => {
  const exploration = explored === null ? '' : `, exploration ${seconds(exploredMs(explored))} (${explored.status})`
  return `boot ${seconds(buildMs + guestMs)}${exploration}`
}

/** The comparison as lines of text: each case with the times of its build, its boot and its exploration. */
export const comparisonLines = (cases: readonly CaseResult[]): readonly string[] =>
  compare(cases).flatMap(({ title, cases: own }) => [
    `${title}: ${own.length}`,
    ...own.map((one) => `- ${one.name}: ${timesOf(one)}`),
  ])
