// SPDX-License-Identifier: MIT
import { shortId } from '../core/graph.ts'
import type { BisectReport } from './model.ts'
import { factsOf, graphText, remarkOf, stepColumns } from './text.ts'
import { LEGEND } from './words.ts'

// What would end a table cell or begin a tag; a subject is somebody else's text.
const cell = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replace(/\s+/g, ' ')

const fence = (text: string): readonly string[] => {
  const ticks = Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1))
  return ['`'.repeat(ticks), text, '`'.repeat(ticks)]
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
]

const culpritLines = ({ culprit }: BisectReport): readonly string[] =>
  culprit === null
    ? []
    : ['## First bad commit', '', `${cell(culprit.author)}, ${culprit.date}`, '', ...fence(culprit.patch.trimEnd()), '']

/** The whole report as Markdown. */
export const markdownReport = (report: BisectReport): string =>
  [
    '# Bisection',
    '',
    ...table(['', ''], factsOf(report)),
    '',
    ...culpritLines(report),
    '## Commits',
    '',
    ...table(
      ['commit', 'subject', 'status', 'why'],
      report.tested.map((one) => [shortId(one.id), one.subject, one.standing, remarkOf(one)]),
    ),
    '',
    '## Steps',
    '',
    ...table(stepColumns.head, report.steps.map(stepColumns.row)),
    '',
    '## Graph',
    '',
    `Marks: ${LEGEND}.`,
    '',
    ...fence(graphText(report)),
    '',
  ].join('\n')
