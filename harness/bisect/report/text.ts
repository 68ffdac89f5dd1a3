// SPDX-License-Identifier: MIT

import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import { shortId } from '../core/graph.ts'
import type { BisectReport, GraphCommit, TestedCommit } from './model.ts'
import { LEGEND, percent } from './words.ts'

const rateText = ({ rate }: BisectReport): string =>
  `${percent(rate.mean)} (95 % interval: ${percent(rate.low)} to ${percent(rate.high)})`

const effortText = ({ by, kernels, runs, durationMs }: BisectReport): string => {
  const prepared = by === 'script' ? `${many(kernels, 'commit')} tested` : `${many(kernels, 'kernel')} built`
  return `${prepared}, ${many(runs, 'run')}, ${duration(durationMs)}`
}

/** The facts of the report, as names and values. */
export const factsOf = (report: BisectReport): readonly (readonly [string, string])[] => [
  ['verdict', report.verdict],
  ['symptom', report.symptomText],
  ['hit rate', rateText(report)],
  ['bad end', `${shortId(report.bad.id)} ${report.bad.subject}`],
  ...report.good.map((good) => ['good end', `${shortId(good.id)} ${good.subject}`] as const),
  ['tree', report.tree],
  ...(report.carry.length > 0 ? [['carried patches', report.carry.join(', ')] as const] : []),
  ['effort', effortText(report)],
  ...(report.proof ? [['proof by revert', `${report.proof.verdict}: ${report.proof.why}`] as const] : []),
]

/** The reason for the status of a tested commit. */
export const remarkOf = (tested: TestedCommit): string => {
  if (tested.skipped !== null) return tested.skipped
  if (tested.sameAs !== null) return `same object code as ${shortId(tested.sameAs)}, not run`
  return `${many(tested.hits, 'hit')}, ${tested.clean} clean; bad with probability ${percent(tested.badness)}`
}

/** The mark of a commit in a drawn graph. */
export const MARK: Readonly<Record<GraphCommit['standing'], string>> = {
  bad: '-',
  good: '+',
  skip: 's',
  weak: '?',
  untested: '.',
}

/** The graph as text, newest first: one line per commit, with its parents unless the next line is the only one. */
export const graphText = ({ graph, culprit }: BisectReport): string => {
  const newest = [...graph].reverse()
  return newest
    .map((commit, line) => {
      const next = newest[line + 1]?.id
      const isPlain = commit.parents.length === 1 && (commit.parents[0] === next || next === undefined)
      const from = isPlain ? '' : ` <- ${commit.parents.map(shortId).join(' ')}`
      const here = commit.id === culprit?.id ? ' <== first bad commit' : ''
      return `${MARK[commit.standing]} ${percent(commit.probability).padStart(8)} ${shortId(commit.id)} ${commit.subject}${from}${here}`
    })
    .join('\n')
}

/** The steps as a table. */
export const stepColumns = {
  head: ['commit', 'stage', 'run', 'outcome', 'result', 'chosen because', 'seconds'],
  row: ({ commit, stage, run, outcome, why, reason, durationMs }: BisectReport['steps'][number]): readonly string[] => [
    shortId(commit),
    stage,
    run === 0 ? 'build' : `${run}`,
    outcome,
    why,
    reason,
    (durationMs / 1000).toFixed(1),
  ],
} as const

/** The whole report as plain text. */
export const plainReport = (report: BisectReport): string => {
  const width = Math.max(...report.tested.map(({ standing }) => standing.length), 4)
  return [
    ...factsOf(report).map(([name, value]) => `${name}: ${value}`),
    ...(report.culprit ? ['', `author: ${report.culprit.author}`, `date: ${report.culprit.date}`] : []),
    '',
    'tested:',
    ...report.tested.map(
      (one) => `  ${one.standing.padEnd(width)} ${shortId(one.id)} ${one.subject}: ${remarkOf(one)}`,
    ),
    '',
    `graph (${LEGEND}):`,
    graphText(report),
    '',
  ].join('\n')
}
