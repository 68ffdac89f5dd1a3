// SPDX-License-Identifier: MIT
import type { CellResult, HoldEvidence } from '../../model/results.ts'
import { describeFound, describeMinimised, fewestOf, holdYaml } from '../../verdict/holds.ts'
import { type KernelHolds, kernelHolds } from '../holds.ts'
import { anchor, count, many } from './words.ts'

const MAX_POINTS = 12
const COLUMNS = ['reached', 'held', 'met', 'timed out', 'overridden', 'missed'] as const

const countsOf = ({ reached, held, met, timedOut, overridden, missed }: HoldEvidence): readonly number[] => [
  ...[reached, held, met, timedOut, overridden, missed],
]

const PointRow = ({ one }: { one: HoldEvidence }) => (
  <tr>
    <th scope="row">
      <code>{one.point}</code>
    </th>
    {countsOf(one).map((value, index) => (
      <td key={COLUMNS[index]} data-label={COLUMNS[index]}>
        {count(value)}
      </td>
    ))}
  </tr>
)

const Points = ({ points }: Pick<KernelHolds, 'points'>) => (
  <table class="matrix plain">
    <thead>
      <tr>
        <th scope="col">hold point</th>
        {COLUMNS.map((name) => (
          <th scope="col" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {points.slice(0, MAX_POINTS).map((one) => (
        <PointRow key={one.point} one={one} />
      ))}
    </tbody>
  </table>
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
    <div class="command">
      <h5>for series.yaml</h5>
      <pre data-copy="">{holdYaml(fewestOf(found)).join('\n')}</pre>
    </div>
  </>
)

const Kernel = ({ one }: { one: KernelHolds }) => (
  <>
    <h4>
      Hold points <span class="muted">{one.kernel}</span>
    </h4>
    <p>{one.holds}</p>
    {one.meaning === undefined ? null : <p class="muted">{one.meaning}</p>}
    {one.points.length === 0 ? null : <Points points={one.points} />}
    {one.points.length > MAX_POINTS ? <p class="muted">and {one.points.length - MAX_POINTS} more points</p> : null}
    {one.uncounted > 0 ? <p class="muted">{many(one.uncounted, 'boot')} died before the counters were read.</p> : null}
    {one.found.map((each) => (
      <Found key={each.cell.id} one={each} />
    ))}
  </>
)

/** The hold points of these boots: whose they are, what happened there, and what a search found. */
export const HoldPoints = ({ cells }: { cells: readonly CellResult[] }) => (
  <>
    {kernelHolds(cells).map((one) => (
      <Kernel key={one.kernel} one={one} />
    ))}
  </>
)
