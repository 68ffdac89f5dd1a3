// SPDX-License-Identifier: MIT
import { SIGNS } from '../html/words.ts'
import { toneOfNight } from './rows.ts'
import type { History, HistoryRow, Night, NightRun } from './schema.ts'
import { columnsOf, legText, rowToneOf } from './words.ts'

const titleOf = ({ folder }: NightRun, { verdict, boots, failed, why }: Night): string =>
  `${folder}: ${verdict}; ${failed} of ${boots} boots failed; ${why}`

const Cell = ({ row, run, night }: { row: HistoryRow; run: NightRun; night: Night | undefined }) => {
  if (!night) return <td />
  const tone = toneOfNight(row, night)
  const isFirst = row.firstBad === run.folder
  return (
    <td class={isFirst ? 'first' : undefined}>
      <span class={tone} title={titleOf(run, night)}>
        {SIGNS[tone]}
      </span>
    </td>
  )
}

const Row = ({ row, runs }: { row: HistoryRow; runs: readonly NightRun[] }) => {
  const nights = new Map(row.nights.map((night) => [night.run, night]))
  const { series, tree, arch, config, profile } = row
  return (
    <tr>
      <th scope="row" class={rowToneOf(row)}>
        <b>{series}</b> {legText(row)}
        <span class="muted">{[tree, arch, config, profile].join(' ')}</span>
      </th>
      {runs.map((run) => (
        <Cell key={run.folder} row={row} run={run} night={nights.get(run.folder)} />
      ))}
    </tr>
  )
}

/** Each pair and kernel by night, the newest at the right, where the grid is scrolled to. */
export const Grid = ({ history: { rows, runs } }: { history: History }) => {
  const columns = columnsOf(runs)
  return (
    <section>
      <h2>Nights</h2>
      <div class="nights">
        <table>
          <thead>
            <tr>
              <th scope="col">kernel</th>
              {runs.map((run) => (
                <th scope="col" class="day" key={run.folder} title={run.folder}>
                  {columns.get(run.folder)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${row.name} ${row.leg}`} row={row} runs={runs} />
            ))}
          </tbody>
        </table>
      </div>
      <ul class="key">
        <li>
          <b>{SIGNS.good}</b> good
        </li>
        <li>
          <b>{SIGNS.bad}</b> bad; framed where it began
        </li>
        <li>
          <b>{SIGNS.unsure}</b> nothing new of the kernel: no verdict, or the failure that is expected without the patch
        </li>
        <li>
          <b>{SIGNS.broken}</b> the host or the harness failed
        </li>
      </ul>
    </section>
  )
}
