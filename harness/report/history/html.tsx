// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { duration } from '../../lib/text/time.ts'
import { Badge } from '../html/badge.tsx'
import { Hero } from '../html/hero.tsx'
import { pageOf } from '../html/shell.tsx'
import { Grid } from './grid.tsx'
import { Plot, plottedOf } from './plot.tsx'
import type { Flaky, History, HistoryKernel, HistoryRow } from './schema.ts'
import { basisText, dayOf, daysOf, lastOf, legText, rateText, rowToneOf, summaryOf } from './words.ts'

type Days = ReadonlyMap<string, string>

const Table = ({ heads, children }: { heads: readonly string[]; children: ComponentChildren }) => (
  <table class="matrix over">
    <thead>
      <tr>
        {heads.map((label) => (
          <th scope="col" key={label}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
)

const Run = ({ run, days }: { run: string | null; days: Days }) =>
  run === null ? (
    <span class="muted">none</span>
  ) : (
    <>
      <time>{days.get(run)}</time> <span class="muted">{run}</span>
    </>
  )

const BadRow = ({ row, days }: { row: HistoryRow; days: Days }) => (
  <tr>
    <th scope="row">
      <b>{row.name}</b> <span class="muted">{legText(row)}</span>
    </th>
    <td data-label="last">
      <Badge verdict={lastOf(row)?.verdict ?? ''} />
    </td>
    <td data-label="first bad run">
      <Run run={row.firstBad} days={days} />
    </td>
    <td data-label="last good run">
      <Run run={row.lastGood} days={days} />
    </td>
    <td data-label="failure">{lastOf(row)?.why}</td>
  </tr>
)

const Bad = ({ history: { rows }, days }: { history: History; days: Days }) => {
  const bad = rows.filter((row) => rowToneOf(row) === 'bad')
  return bad.length === 0 ? null : (
    <section>
      <h2>Bad at last</h2>
      <Table heads={['kernel', 'last', 'first bad run', 'last good run', 'failure']}>
        {bad.map((row) => (
          <BadRow key={`${row.name} ${row.leg}`} row={row} days={days} />
        ))}
      </Table>
    </section>
  )
}

const FlakyRow = ({ one, days }: { one: Flaky; days: Days }) => (
  <tr>
    <th scope="row">
      <b>{one.name}</b>{' '}
      <span class="muted">
        {legText(one)}, on {one.machine.toUpperCase()}
      </span>
    </th>
    <td data-label="rate">{rateText(one)}</td>
    <td data-label="shown by">{basisText(one)}</td>
    <td data-label="failures">{one.titles.join('; ')}</td>
    <td data-label="on">
      {one.failedIn.map((run) => (
        <>
          <time>{days.get(run)}</time>{' '}
        </>
      ))}
    </td>
  </tr>
)

const FlakySection = ({ history: { flaky }, days }: { history: History; days: Days }) => (
  <section>
    <h2>Flaky kernels</h2>
    {flaky.length === 0 ? (
      <p class="muted">No kernel failed in some of its boots and passed in others.</p>
    ) : (
      <Table heads={['kernel', 'rate', 'shown by', 'failures', 'on']}>
        {flaky.map((one) => (
          <FlakyRow key={`${one.name} ${one.leg} ${one.machine}`} one={one} days={days} />
        ))}
      </Table>
    )}
  </section>
)

const byName = (kernels: readonly HistoryKernel[]): readonly (readonly HistoryKernel[])[] => {
  const groups = new Map<string, HistoryKernel[]>()
  for (const one of kernels) groups.set(one.name, [...(groups.get(one.name) ?? []), one])
  return [...groups.values()]
}

const Figures = ({ history: { kernels, runs } }: { history: History }) => {
  const places = new Map(runs.map(({ folder }, index) => [folder, index]))
  return (
    <section>
      <h2>Figures</h2>
      <p class="muted">The median of the boots of each run. Every run has its place, the newest at the right.</p>
      <p class="legend">
        <span class="without">
          <svg viewBox="0 0 16 8" aria-hidden="true">
            <path d="M0 4H16" />
          </svg>
          without the patch
        </span>
        <span class="with">
          <svg viewBox="0 0 16 8" aria-hidden="true">
            <path d="M0 4H16" />
          </svg>
          with the patch, or as it is
        </span>
      </p>
      {byName(kernels).map((legs) => (
        <article class="card" key={legs[0]!.name}>
          <h3>{legs[0]!.name}</h3>
          <div class="figures">
            {plottedOf(legs).map((one) => (
              <Plot key={one.key} plotted={one} places={places} />
            ))}
          </div>
        </article>
      ))}
    </section>
  )
}

const Runs = ({ history: { runs } }: { history: History }) => (
  <section>
    <h2>Runs</h2>
    <details class="card">
      <summary>All {runs.length} runs, the newest first</summary>
      <Table heads={['run', 'verdict', 'plan', 'time', 'zsharness']}>
        {[...runs].reverse().map((run) => (
          <tr key={run.folder}>
            <th scope="row">
              {dayOf(run)} <span class="muted">{run.folder}</span>
            </th>
            <td data-label="verdict">
              <Badge verdict={run.verdict} />
              {run.interrupted ? ' interrupted' : ''}
            </td>
            <td data-label="plan">{run.plan ?? ''}</td>
            <td data-label="time">{duration(run.durationMs)}</td>
            <td data-label="zsharness">{run.zsharness}</td>
          </tr>
        ))}
      </Table>
    </details>
  </section>
)

const NotCounted = ({ history: { notRead } }: { history: History }) =>
  notRead.length === 0 ? null : (
    <section>
      <h2>Not counted</h2>
      {notRead.map(({ folder, why }) => (
        <p class="warn" key={folder}>
          <b>{folder}</b>: {why}
        </p>
      ))}
    </section>
  )

/** The history as one page without other files. */
export const htmlHistory = (history: History): string => {
  const { tone, text, meaning } = summaryOf(history)
  const days = daysOf(history)
  const last = history.runs.at(-1)
  const facts: readonly (readonly [string, string])[] = [
    ['folder', history.results],
    ['last run', last ? `${last.folder}: ${last.verdict}` : 'none'],
  ]
  return pageOf(
    `History: ${text}`,
    <>
      <Hero headline={{ tone, verdict: text, meaning, reasons: [], known: [] }} facts={facts} />
      <Grid history={history} />
      <Bad history={history} days={days} />
      <FlakySection history={history} days={days} />
      <Figures history={history} />
      <Runs history={history} />
      <NotCounted history={history} />
    </>,
  )
}
