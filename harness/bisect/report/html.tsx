// SPDX-License-Identifier: MIT

import type { Tone } from '../../model/words.ts'
import type { Headline } from '../../report/headline.ts'
import { Hero } from '../../report/html/hero.tsx'
import { PatchCard } from '../../report/html/patch.tsx'
import { CommandLine } from '../../report/html/reproduce.tsx'
import { pageOf } from '../../report/html/shell.tsx'
import { shortId } from '../core/graph.ts'
import { bisectSuites } from './checks.ts'
import { CommitGraph } from './graph.tsx'
import type { BisectReport } from './model.ts'
import { factsOf, remarkOf, stepColumns } from './text.ts'
import { isFound, verdictWord } from './verdict.ts'

const TONES: Readonly<Record<string, Tone>> = { pass: 'good', fail: 'bad', error: 'broken', skip: 'unsure' }

const headlineOf = (report: BisectReport): Headline => ({
  tone: isFound(report) ? 'good' : 'unsure',
  verdict: verdictWord(report),
  meaning: report.verdict,
  known: [],
  reasons: [
    {
      where: 'based on',
      verdict: '',
      lines: bisectSuites(report)[0]!
        .cases.map(({ name, status, message, detail }) => ({
          label: name,
          text: message === '' ? detail : message,
          tone: TONES[status]!,
        }))
        .filter(({ text }) => text !== report.verdict),
    },
  ],
})

const ABOVE = ['verdict', 'proof by revert']

const Culprit = ({ report: { culprit } }: { report: BisectReport }) =>
  culprit === null ? null : (
    <section>
      <h2>First bad commit</h2>
      <p class="muted">
        {culprit.author}, {culprit.date}
      </p>
      <PatchCard patch={{ subject: culprit.subject, text: culprit.patch }} coverages={[]} />
    </section>
  )

const Table = ({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) => (
  <table class="matrix plain">
    <thead>
      <tr>
        {head.map((name) => (
          <th key={name}>{name}</th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row, line) => (
        <tr key={line}>
          {row.map((text, column) => (
            <td key={column} data-label={head[column]}>
              {text}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

const Tested = ({ report }: { report: BisectReport }) => (
  <section>
    <h2>Tested commits</h2>
    <Table
      head={['commit', 'status', 'subject', 'why']}
      rows={report.tested.map((one) => [shortId(one.id), one.standing, one.subject, remarkOf(one)])}
    />
    <details class="card">
      <summary>{report.steps.length} steps: every build and every run, and why it was chosen</summary>
      <Table head={stepColumns.head} rows={report.steps.map(stepColumns.row)} />
    </details>
  </section>
)

/** A bisection as one self-contained page. */
export const htmlReport = (report: BisectReport): string =>
  pageOf(
    `${verdictWord(report)}: zsharness bisect`,
    <>
      <Hero headline={headlineOf(report)} facts={factsOf(report).filter(([name]) => !ABOVE.includes(name))} />
      <Culprit report={report} />
      <CommitGraph report={report} />
      <Tested report={report} />
      <section>
        <h2>Reproduce</h2>
        <div class="card">
          <CommandLine name="the search" words={report.command} />
          <CommandLine name="in git" words={['git', 'bisect', 'replay', 'bisect.log']} />
        </div>
      </section>
    </>,
  )
