// SPDX-License-Identifier: MIT
import type { BisectReport } from './model.ts'
import { factsOf, graphText, remarkOf, short, stepWords } from './text.ts'

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
      ['commit', 'subject', 'stands', 'why'],
      report.tested.map((one) => [short(one.id), one.subject, one.standing, remarkOf(one)]),
    ),
    '',
    '## Steps',
    '',
    ...table(stepWords.head, report.steps.map(stepWords.row)),
    '',
    '## Graph',
    '',
    '`-` bad, `+` good, `s` skipped, `?` not sure, `.` not tested',
    '',
    ...fence(graphText(report)),
    '',
  ].join('\n')
