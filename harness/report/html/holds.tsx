// SPDX-License-Identifier: MIT
import type { CellResult, HoldEvidence } from '../../model/results.ts'
import {
  describeFound,
  describeMinimised,
  describeSweep,
  fewestOf,
  holdYaml,
  meaningOfHolds,
} from '../../verdict/holdpoints.ts'
import { type KernelHolds, kernelHolds, type PointColumn, pointColumns } from '../holds.ts'
import { anchor, count, many } from './words.ts'

const MAX_POINTS = 8

const PointRow = ({ one, columns }: { one: HoldEvidence; columns: readonly PointColumn[] }) => (
  <tr>
    <th scope="row">
      <code>{one.point}</code>
    </th>
    {columns.map(({ name, of }) => (
      <td key={name} data-label={name}>
        {count(of(one))}
      </td>
    ))}
  </tr>
)

const PointTable = ({ points }: Pick<KernelHolds, 'points'>) => {
  const columns = pointColumns(points)
  return (
    <table class="matrix plain">
      <thead>
        <tr>
          <th scope="col">hold point</th>
          {columns.map(({ name }) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.map((one) => (
          <PointRow key={one.point} one={one} columns={columns} />
        ))}
      </tbody>
    </table>
  )
}

// A search has dozens.
const Points = ({ points }: Pick<KernelHolds, 'points'>) => {
  if (points.length === 0) return null
  if (points.length <= MAX_POINTS) return <PointTable points={points} />
  return (
    <details>
      <summary>what happened at {many(points.length, 'point')}</summary>
      <PointTable points={points} />
    </details>
  )
}

const ForSeries = ({ texts }: { texts: readonly string[] }) =>
  texts.length === 0 ? null : (
    <div class="command">
      <h5>for series.yaml</h5>
      <pre data-copy="">{holdYaml(texts).join('\n')}</pre>
    </div>
  )

const Found = ({ one: { cell, found } }: { one: KernelHolds['found'][number] }) => (
  <>
    <p>
      Found in {describeFound(found)} of <a href={`#${anchor(cell.id)}`}>{cell.id}</a>, which had armed{' '}
      {found.armed.map((text, index) => (
        <span key={text}>
          {index === 0 ? '' : ' and '}
          <code>{text}</code>
        </span>
      ))}
      .
    </p>
    <p>
      <b>Further boots: {describeMinimised(found)}.</b>
    </p>
    <ForSeries texts={fewestOf(found)} />
  </>
)

const Kernel = ({ one }: { one: KernelHolds }) => (
  <>
    <h4>
      Hold points <span class="muted">{one.kernel}</span>
    </h4>
    <p>{one.holds}</p>
    {one.chosen.map((line) => (
      <p class="muted" key={line}>
        {line}
      </p>
    ))}
    {one.found.map((each) => (
      <Found key={each.cell.id} one={each} />
    ))}
    <Points points={one.points} />
    {one.sweeps.map((sweep) => (
      <p key={sweep.sweep}>
        <code>{sweep.sweep}</code>: {describeSweep(sweep)}.
      </p>
    ))}
    {one.uncounted > 0 ? <p class="muted">{many(one.uncounted, 'boot')} died before the counters were read.</p> : null}
  </>
)

/** What the failure of a boot under hold points says about other machines. */
export const UnderHolds = ({ cell }: { cell: CellResult }) => {
  const meaning = meaningOfHolds(cell)
  return meaning === undefined ? null : <p class="muted">{meaning}</p>
}

/** The hold points of these boots: whose they are, what happened there, and what a search found. */
export const HoldPoints = ({ cells }: { cells: readonly CellResult[] }) => (
  <>
    {kernelHolds(cells).map((one) => (
      <Kernel key={one.kernel} one={one} />
    ))}
  </>
)
