// SPDX-License-Identifier: MIT
import { cleanLine } from '../lib/text/clean.ts'
import { columns } from '../lib/text/columns.ts'
import { markdownRow, markdownText } from '../lib/text/markdown.ts'
import type { CaseResult, SelftestResult } from './result.ts'

const HEAD = ['case', 'kind', 'config', 'lanes', 'status', 'caught by, or reason', 'build', 'guest'] as const

const seconds = (ms: number): string => (ms === 0 ? '–' : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`)
const configOf = ({ config, profile }: CaseResult): string => (profile === 'kasan' ? config : `${config}, ${profile}`)
const whyOf = ({ caughtBy, reason, status, boots }: CaseResult): string => {
  const why = caughtBy !== '' ? caughtBy : reason
  return status === 'clean' && boots > 1 ? `${boots} boots; last boot: ${why}` : why
}

const rowOf = (one: CaseResult): readonly string[] => [
  one.name,
  one.kind,
  configOf(one),
  one.lanes.join(', '),
  one.status === 'listed' ? 'equivalent' : one.status,
  cleanLine(whyOf(one)),
  seconds(one.buildMs),
  seconds(one.guestMs),
]

const count = (cases: readonly CaseResult[], type: CaseResult['type'], status: CaseResult['status']): number =>
  cases.filter((one) => one.type === type && one.status === status).length

const share = (cases: readonly CaseResult[], type: CaseResult['type'], what: string): readonly string[] => {
  const run = cases.filter((one) => one.type === type && one.status !== 'listed').length
  return run === 0 ? [] : [`${count(cases, type, 'caught')} of ${run} ${what} caught`]
}

/** A summary of the table in one line. */
export const summaryOf = ({ cases }: Pick<SelftestResult, 'cases'>): string => {
  const controls = cases.filter(({ type }) => type === 'control')
  const boots = controls.reduce((sum, one) => sum + one.boots, 0)
  const clean = controls.every(({ status }) => status === 'clean')
  const listed = cases.filter(({ status }) => status === 'listed').length
  return [
    ...share(cases, 'mutant', 'wrong versions'),
    ...share(cases, 'canary', 'canaries'),
    ...(controls.length === 0 ? [] : [`the ${controls[0]!.kind} ${clean ? 'clean' : 'NOT clean'} in ${boots} boots`]),
    ...(listed === 0 ? [] : [`${listed} equivalent versions listed`]),
  ].join('; ')
}

const WIDEST = 70
const clip = (cell: string): string => (cell.length > WIDEST ? `${cell.slice(0, WIDEST - 1)}…` : cell)

/** The table for a terminal. */
export const plainTable = (result: Pick<SelftestResult, 'cases'>): string => {
  const rows = [HEAD, ...result.cases.map(rowOf)].map((row) => row.map(clip))
  return `${columns(rows).join('\n')}\n\n${summaryOf(result)}\n`
}

/** The table as Markdown, for a job summary. */
export const markdownTable = (result: Pick<SelftestResult, 'cases'>): string => {
  const row = (cells: readonly string[]): string => markdownRow(cells.map(markdownText))
  const rule = '|---|---|---|---|---|---|---:|---:|'
  return `# Self-test\n\n${summaryOf(result)}.\n\n${[row(HEAD), rule, ...result.cases.map((one) => row(rowOf(one)))].join('\n')}\n`
}
