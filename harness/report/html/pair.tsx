// SPDX-License-Identifier: MIT
import type { PairResult, Stream } from '../../model/results.ts'
import { describeSearch } from '../../verdict/holdpoints.ts'
import { describeRate } from '../../verdict/odds.ts'
import { isOf, pairName } from '../../verdict/place.ts'
import { confidenceOf } from '../confidence.ts'
import { failuresOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { type LegProof, legCells, proofOf } from '../proof.ts'
import { whichOf } from '../which.ts'
import { Badge } from './badge.tsx'
import { Charts } from './charts.tsx'
import { FindingView } from './finding.tsx'
import { HoldPoints, UnderHolds } from './holds.tsx'
import { count, many, SIGNS } from './words.ts'

const hits = ({ hits, windows, isRace }: LegProof): readonly [string, string] =>
  isRace
    ? ['frees inside race windows', `${count(hits)} in ${many(windows, 'window')}`]
    : ['hits of hold points', `${count(hits)} in ${many(windows, 'hold')}`]

const counters = (leg: LegProof): readonly (readonly [string, string])[] => [
  hits(leg),
  ['pages written back', count(leg.writtenBackPages)],
  ['pages read back and verified', count(leg.pagesVerified)],
  ['evictions made to fail', count(leg.failedEvictions)],
]

const legFacts = (leg: LegProof): readonly (readonly [string, string])[] => [
  ['boots that passed', `${leg.passed} of ${leg.boots}`],
  ["boots with the bug's signature", `${leg.shown} of ${leg.boots}`],
  ...(leg.search ? [['search', describeSearch(leg.search)] as const] : []),
  ...(leg.counted ? counters(leg) : [['counters', 'none: the kernel died before the first sample'] as const]),
  ...(leg.patchLines
    ? [['patch lines executed', `${leg.patchLines.executed} of ${leg.patchLines.executable}`] as const]
    : []),
]

const Leg = ({ name, leg }: { name: string; leg: LegProof }) => (
  <div class="proof-leg">
    <h4>{name}</h4>
    {leg.title === null ? <p class="clean">no failure</p> : <p class="crash">{leg.title}</p>}
    <dl>
      {legFacts(leg).map(([fact, value]) => (
        <div key={fact}>
          <dt>{fact}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </div>
)

const StreamRow = ({ stream }: { stream: Stream }) => {
  const { lane, unit, failures, before, after, rateLow } = stream
  const amount = (value: number): string => `${count(value)} ${unit}`
  return (
    <tr>
      <th scope="row">{lane === null ? 'boots' : `lane ${lane}`}</th>
      <td data-label="failures without">{count(failures)}</td>
      <td data-label="exposure without">{amount(before)}</td>
      <td data-label="rate, at least">{failures === 0 ? '–' : describeRate(stream.unit, rateLow)}</td>
      <td data-label="clean exposure with">{amount(after)}</td>
    </tr>
  )
}

const Exposure = ({ exposure }: { exposure: readonly Stream[] }) =>
  exposure.length === 0 ? null : (
    <table class="matrix plain">
      <thead>
        <tr>
          <th scope="col">exposure</th>
          <th scope="col">failures without the patch</th>
          <th scope="col">exposure without</th>
          <th scope="col">rate, at least</th>
          <th scope="col">clean exposure with the patch</th>
        </tr>
      </thead>
      <tbody>
        {exposure.map((stream) => (
          <StreamRow key={stream.lane ?? 'boots'} stream={stream} />
        ))}
      </tbody>
    </table>
  )

const Strength = ({ pair }: { pair: PairResult }) => {
  const confidence = confidenceOf(pair)
  return confidence === null ? null : (
    <>
      <p class={`strength ${confidence.tone}`}>
        <span aria-hidden="true">{SIGNS[confidence.tone]}</span> Confidence: {confidence.text}.
      </p>
      <Exposure exposure={pair.strength?.exposure ?? []} />
    </>
  )
}

/** The kernel whose failure decides the verdict: the patched one if it fails, else the unpatched one. */
const decisive = (pair: PairResult, cells: readonly CellReport[]) => {
  for (const leg of ['after', 'before'] as const)
    for (const cell of legCells(pair, cells, leg)) if (failuresOf(cell.cell).length > 0) return { cell, leg }
  return undefined
}

const Decisive = ({ cell, leg }: { cell: CellReport; leg: string }) => (
  <>
    <h4>Failures of the kernel {leg === 'before' ? 'without' : 'with'} the patch</h4>
    <UnderHolds cell={cell.cell} />
    <ul class="findings">
      {failuresOf(cell.cell)
        .slice(0, 3)
        .map((finding, index) => (
          <FindingView key={index} finding={finding} report={cell} />
        ))}
    </ul>
  </>
)

const Pair = ({ pair, report }: { pair: PairResult; report: Report }) => {
  const proof = proofOf(pair, report.cells)
  const shown = decisive(pair, report.cells)
  const cells = report.cells.map(({ cell }) => cell).filter((cell) => isOf(cell, pair))
  return (
    <article class="card" id={`pair-${pairName(pair)}`}>
      <h3>
        <Badge verdict={pair.verdict} /> {pair.arch} {pair.config}{' '}
        <span class="muted">{[pair.profile, ...whichOf(report.run, pair)].join(' ')}</span>
      </h3>
      <p>{pair.reason}</p>
      <div class="proof">
        <Leg name="Without the patch" leg={proof.before} />
        <Leg name="With the patch" leg={proof.after} />
      </div>
      <Strength pair={pair} />
      <HoldPoints cells={cells} />
      <Charts
        legs={[
          { name: 'without', cell: legCells(pair, report.cells, 'before')[0] },
          { name: 'with', cell: legCells(pair, report.cells, 'after')[0] },
        ]}
      />
      {shown ? <Decisive {...shown} /> : null}
    </article>
  )
}

/** Each pair with its evidence. */
export const Pairs = ({ report }: { report: Report }) =>
  report.run.pairs.length === 0 ? null : (
    <section>
      <h2>Evidence</h2>
      {report.run.pairs.map((pair) => (
        <Pair key={pairName(pair)} pair={pair} report={report} />
      ))}
    </section>
  )
