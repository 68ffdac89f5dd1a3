// SPDX-License-Identifier: MIT
import { shortId } from '../core/graph.ts'
import { drawLanes, type GraphRow } from './lanes.ts'
import type { BisectReport, GraphCommit } from './model.ts'
import { MARK } from './text.ts'
import { LEGEND, percent } from './words.ts'

const STEP = 14
const HEIGHT = 26
const MIDDLE = HEIGHT / 2
const x = (lane: number): number => STEP / 2 + lane * STEP

const TONES: Readonly<Record<GraphCommit['standing'], string>> = {
  bad: 'bad',
  good: 'good',
  skip: 'unsure',
  weak: 'unsure',
  untested: '',
}

const widest = (rows: readonly GraphRow<GraphCommit>[]): number =>
  rows.reduce((most, row) => Math.max(most, row.lane, ...row.through, ...row.out), 0) + 1

const Lines = ({ row, lanes }: { row: GraphRow<GraphCommit>; lanes: number }) => (
  <svg class="lanes" width={lanes * STEP} height={HEIGHT} aria-hidden="true">
    {row.through.map((lane) => (
      <path key={`t${lane}`} d={`M${x(lane)} 0V${HEIGHT}`} />
    ))}
    {row.into.map((lane) => (
      <path key={`i${lane}`} d={`M${x(lane)} 0L${x(row.lane)} ${MIDDLE}`} />
    ))}
    {row.out.map((lane) => (
      <path key={`o${lane}`} d={`M${x(row.lane)} ${MIDDLE}L${x(lane)} ${HEIGHT}`} />
    ))}
    <circle class={TONES[row.commit.standing]} cx={x(row.lane)} cy={MIDDLE} r="5" />
  </svg>
)

/** The searched commits, newest first, each with its probability. */
export const CommitGraph = ({ report: { graph, culprit } }: { report: BisectReport }) => {
  const rows = drawLanes(graph.toReversed())
  const lanes = widest(rows)
  return (
    <section>
      <h2>Commits</h2>
      <p class="muted">The percentage is the probability that a commit introduced the symptom. Marks: {LEGEND}.</p>
      <ol class="card graph">
        {rows.map((row) => (
          <li key={row.commit.id} class={row.commit.id === culprit?.id ? 'culprit' : ''}>
            <Lines row={row} lanes={lanes} />
            <code>{MARK[row.commit.standing]}</code>
            <meter value={row.commit.probability}>{percent(row.commit.probability)}</meter>
            <span class="share">{percent(row.commit.probability)}</span>
            <code>{shortId(row.commit.id)}</code>
            <span>{row.commit.subject}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
