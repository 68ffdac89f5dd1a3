// SPDX-License-Identifier: MIT
import type { BisectReport, GraphCommit, TestedCommit } from './model.ts'

export const short = (id: string): string => id.slice(0, 12)
export const percent = (p: number): string => (p > 0 && p < 0.0001 ? '<0.01 %' : `${(100 * p).toFixed(2)} %`)

const duration = (ms: number): string => {
  const s = Math.round(ms / 1000)
  if (s < 120) return `${s} s`
  return s < 7200 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`
}

const rateText = ({ rate }: BisectReport): string =>
  `${percent(rate.mean)} (95 % between ${percent(rate.low)} and ${percent(rate.high)})`

/** The report's facts, one `name: value` a line. */
export const factsOf = (report: BisectReport): readonly (readonly [string, string])[] => [
  ['verdict', report.verdict],
  ['symptom', report.symptomText],
  ['hit rate', rateText(report)],
  ['bad end', `${short(report.bad.id)} ${report.bad.subject}`],
  ...report.good.map((good) => ['good end', `${short(good.id)} ${good.subject}`] as const),
  ['tree', report.tree],
  ...(report.carry.length > 0 ? [['carried patches', report.carry.join(', ')] as const] : []),
  ['effort', `${report.kernels} built, ${report.runs} runs, ${duration(report.durationMs)}`],
  ...(report.proof ? [['proof by revert', `${report.proof.verdict}: ${report.proof.why}`] as const] : []),
]

/** Why a tested commit stands as it does. */
export const remarkOf = (tested: TestedCommit): string => {
  if (tested.skipped !== null) return tested.skipped
  if (tested.sameAs !== null) return `same object code as ${short(tested.sameAs)}, not run`
  return `${tested.hits} hits, ${tested.clean} clean; bad with ${percent(tested.badness)}`
}

export const MARK: Readonly<Record<GraphCommit['standing'], string>> = {
  bad: '-',
  good: '+',
  skip: 's',
  weak: '?',
  untested: '.',
}

/** The graph as text, newest first: one line a commit, its parents where they are not the next line. */
export const graphText = ({ graph, culprit }: BisectReport): string => {
  const newest = [...graph].reverse()
  return newest
    .map((commit, line) => {
      const next = newest[line + 1]?.id
      const isPlain = commit.parents.length === 1 && (commit.parents[0] === next || next === undefined)
      const from = isPlain ? '' : ` <- ${commit.parents.map(short).join(' ')}`
      const here = commit.id === culprit?.id ? ' <== first bad commit' : ''
      return `${MARK[commit.standing]} ${percent(commit.probability).padStart(8)} ${short(commit.id)} ${commit.subject}${from}${here}`
    })
    .join('\n')
}

/** The steps as a table. */
export const stepWords = {
  head: ['commit', 'stage', 'run', 'outcome', 'seen', 'chosen because', 's'],
  row: ({ commit, stage, run, outcome, why, reason, durationMs }: BisectReport['steps'][number]): readonly string[] => [
    commit.replace(/[0-9a-f]{40}/, short),
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
    ...report.tested.map((one) => `  ${one.standing.padEnd(width)} ${short(one.id)} ${one.subject}: ${remarkOf(one)}`),
    '',
    'graph (- bad, + good, s skipped, ? not sure, . not tested):',
    graphText(report),
    '',
  ].join('\n')
}
