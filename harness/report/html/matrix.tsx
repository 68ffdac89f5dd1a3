// SPDX-License-Identifier: MIT

import { NO_SERIES } from '../../inputs/series/none.ts'
import { toneOf } from '../../model/words.ts'
import { isOf, type Place } from '../../verdict/place.ts'
import { failuresOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { whichOf } from '../which.ts'
import { Badge } from './badge.tsx'
import { anchor, many, SIGNS } from './words.ts'

const rowsOf = (cells: readonly CellReport[]): ReadonlyMap<string, Place> => {
  const rows = new Map<string, Place>()
  for (const { cell } of cells) {
    const { arch, config, profile, tree, series } = cell
    rows.set([arch, config, profile, tree, series].join(' '), { arch, config, profile, tree, series })
  }
  return rows
}

const RANK = ['fail', 'error', 'inconclusive', 'pass']

/** All boots of one kernel: the worst one is shown. */
const Leg = ({ label, cells }: { label: string; cells: readonly CellReport[] }) => {
  const [worst] = [...cells].sort((a, b) => RANK.indexOf(a.cell.verdict) - RANK.indexOf(b.cell.verdict))
  if (!worst)
    return (
      <td data-label={label} class="none">
        not run
      </td>
    )
  const { verdict, id, reason } = worst.cell
  const alike = cells.filter(({ cell }) => cell.verdict === verdict).length
  return (
    <td data-label={label}>
      <a class={`leg ${toneOf(verdict)}`} href={`#${anchor(id)}`}>
        <b>
          <span aria-hidden="true">{SIGNS[toneOf(verdict)]}</span> {verdict}
        </b>
        {cells.length > 1 ? ` ${alike} of ${many(cells.length, 'boot')}` : ''}
        <span class="why">{failuresOf(worst.cell)[0]?.title ?? reason}</span>
      </a>
    </td>
  )
}

/** Whether no kernel of the run has a patch: then there are no legs to compare. */
const isStock = ({ run }: Report): boolean => run.cells.every(({ series }) => series === NO_SERIES)

const MatrixRow = ({ report, row }: { report: Report; row: Place }) => {
  const of = (leg: string) => report.cells.filter(({ cell }) => isOf(cell, row) && cell.leg === leg)
  const first = report.cells.find(({ cell }) => isOf(cell, row))?.cell
  const pair = first && report.run.pairs.find((one) => isOf(first, one))
  return (
    <tr>
      <th scope="row">
        {row.arch} <b>{row.config}</b> <span class="muted">{[row.profile, ...whichOf(report.run, row)].join(' ')}</span>
      </th>
      {isStock(report) ? (
        <Leg label="as it is" cells={of('after')} />
      ) : (
        <>
          <Leg label="without the patch" cells={of('before')} />
          <Leg label="with the patch" cells={of('after')} />
          <td data-label="pair">{pair ? <Badge verdict={pair.verdict} /> : <span class="muted">no pair</span>}</td>
        </>
      )}
    </tr>
  )
}

/** Every kernel of the run, one row for each pair. */
export const Matrix = ({ report }: { report: Report }) => (
  <section>
    <h2>Matrix</h2>
    <table class="matrix">
      <thead>
        <tr>
          <th scope="col">kernel</th>
          {(isStock(report) ? ['as it is'] : ['without the patch', 'with the patch', 'pair']).map((label) => (
            <th scope="col" key={label}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...rowsOf(report.cells)].map(([key, row]) => (
          <MatrixRow key={key} report={report} row={row} />
        ))}
      </tbody>
    </table>
    {report.unfinished.length > 0 ? (
      <p class="warn">The run ended before these did: {report.unfinished.join(', ')}.</p>
    ) : null}
    {report.problems.map((problem) => (
      <p class="warn" key={problem}>
        {problem}
      </p>
    ))}
  </section>
)
