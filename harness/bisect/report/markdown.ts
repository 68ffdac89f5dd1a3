// SPDX-License-Identifier: MIT
import { markdownFence, markdownRow, markdownText } from '../../lib/text/markdown.ts'
import { shortId } from '../core/graph.ts'
import type { BisectReport } from './model.ts'
import { factsOf, graphText, remarkOf, stepColumns } from './text.ts'
import { LEGEND } from './words.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  markdownRow(head),
  markdownRow(head.map(() => '---')),
  ...rows.map((cells) => markdownRow(cells.map(markdownText))),
]

const culpritLines = ({ culprit }: BisectReport): readonly string[] =>
  culprit === null
    ? []
    : [
        '## First bad commit',
        '',
        `${markdownText(culprit.author)}, ${culprit.date}`,
        '',
        ...markdownFence(culprit.patch.trimEnd().split('\n')),
        '',
      ]

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
    ...markdownFence(graphText(report).split('\n')),
    '',
  ].join('\n')
