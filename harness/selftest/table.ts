// SPDX-License-Identifier: MIT
import { cleanLine } from '../lib/text/clean.ts'
import { columns } from '../lib/text/columns.ts'
import { markdownRow, markdownText } from '../lib/text/markdown.ts'
import { comparisonLines } from './compare.ts'
import { canariesText, exploredMs, exploredText } from './explored.ts'
import type { CaseResult, SelftestResult } from './result.ts'

const HEAD = ['case', 'kind', 'config', 'lanes', 'status', 'caught by, or reason', 'build', 'guest'] as const
const EXPLORED_HEAD = ['explored', 'in'] as const

type Cases = Pick<SelftestResult, 'cases'>
type Shown = Cases & Partial<Pick<SelftestResult, 'explorer'>>

const wasExplored = ({ cases }: Cases): boolean => cases.some(({ explored }) => explored)
const headOf = (result: Cases): readonly string[] => [...HEAD, ...(wasExplored(result) ? EXPLORED_HEAD : [])]

const seconds = (ms: number): string => (ms === 0 ? '–' : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`)
const configOf = ({ config, profile }: CaseResult): string => (profile === 'kasan' ? config : `${config}, ${profile}`)
const whyOf = ({ caughtBy, reason, status, boots }: CaseResult): string => {
  const why = caughtBy !== '' ? caughtBy : reason
  return status === 'clean' && boots > 1 ? `${boots} boots; last boot: ${why}` : why
}

const exploredOf = ({ explored }: CaseResult): readonly string[] =>
  explored ? [cleanLine(exploredText(explored)), seconds(exploredMs(explored))] : ['–', '–']

const rowOf = (one: CaseResult, withExplored: boolean): readonly string[] => [
  one.name,
  one.kind,
  configOf(one),
  one.lanes.join(', '),
  one.status === 'listed' ? 'equivalent' : one.status,
  cleanLine(whyOf(one)),
  seconds(one.buildMs),
  seconds(one.guestMs),
  ...(withExplored ? exploredOf(one) : []),
]

const count = (cases: readonly CaseResult[], type: CaseResult['type'], status: CaseResult['status']): number =>
  cases.filter((one) => one.type === type && one.status === status).length

const share = (cases: readonly CaseResult[], type: CaseResult['type'], what: string): readonly string[] => {
  const run = cases.filter((one) => one.type === type && one.status !== 'listed' && one.boots > 0).length
  return run === 0 ? [] : [`${count(cases, type, 'caught')} of ${run} ${what} caught`]
}

const isWrong = ({ type, equivalent }: CaseResult): boolean => type === 'mutant' && !equivalent

const exploredShare = (cases: readonly CaseResult[]): readonly string[] => {
  const rows = cases.flatMap((one) => (one.explored ? [{ one, status: one.explored.status }] : []))
  if (rows.length === 0) return []
  const are = (wrong: boolean) => rows.filter(({ one }) => isWrong(one) === wrong)
  const has = (wrong: boolean, status: CaseResult['status']): number =>
    are(wrong).filter((row) => row.status === status).length
  const covered = (wrong: boolean): number => are(wrong).length - has(wrong, 'not-covered')
  const missing = has(true, 'not-covered') + has(false, 'not-covered')
  return [
    `exploration: ${has(true, 'caught')} of ${covered(true)} wrong versions caught, ${has(false, 'clean')} of ${covered(false)} correct ones silent`,
    ...(missing === 0 ? [] : [`${missing} not covered`]),
  ]
}

const bootedControls = (cases: readonly CaseResult[]): readonly string[] => {
  const controls = cases.filter(({ type, boots }) => type === 'control' && boots > 0)
  if (controls.length === 0) return []
  const boots = controls.reduce((sum, one) => sum + one.boots, 0)
  const clean = controls.every(({ status }) => status === 'clean')
  return [`the ${controls[0]!.kind} ${clean ? 'clean' : 'NOT clean'} in ${boots} boots`]
}

/** A summary of the table in one line. */
export const summaryOf = ({ cases, explorer }: Shown): string => {
  const listed = cases.filter(({ status }) => status === 'listed').length
  return [
    ...share(cases, 'mutant', 'wrong versions'),
    ...share(cases, 'canary', 'canaries'),
    ...bootedControls(cases),
    ...(listed === 0 ? [] : [`${listed} equivalent versions listed`]),
    ...exploredShare(cases),
    ...(explorer ? [canariesText(explorer)] : []),
  ].join('; ')
}

const WIDEST = 70
const clip = (cell: string): string => (cell.length > WIDEST ? `${cell.slice(0, WIDEST - 1)}…` : cell)

const rowsOf = (result: Shown): readonly (readonly string[])[] =>
  result.cases.map((one) => rowOf(one, wasExplored(result)))

/** The table for a terminal. */
export const plainTable = (result: Shown): string => {
  const rows = [headOf(result), ...rowsOf(result)].map((row) => row.map(clip))
  const compared = comparisonLines(result.cases)
  return `${columns(rows).join('\n')}\n\n${[...compared, ...(compared.length === 0 ? [] : ['']), summaryOf(result)].join('\n')}\n`
}

/** The table as Markdown, for a job summary. */
export const markdownTable = (result: Shown): string => {
  const row = (cells: readonly string[]): string => markdownRow(cells.map(markdownText))
  const rule = `|---|---|---|---|---|---|---:|---:|${wasExplored(result) ? '---|---:|' : ''}`
  const table = [row(headOf(result)), rule, ...rowsOf(result).map(row)].join('\n')
  const compared = comparisonLines(result.cases).map((line) => (line.startsWith('- ') ? line : `\n${line}\n`))
  return `# Self-test\n\n${summaryOf(result)}.\n\n${table}\n${compared.length === 0 ? '' : `${compared.join('\n')}\n`}`
}
