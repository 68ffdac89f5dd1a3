// SPDX-License-Identifier: MIT
import type { PairResult } from '../../model.ts'
import { pairName } from '../checks.ts'
import { heldAgainst, splatOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { type LegProof, legCells, proofOf } from '../proof.ts'
import { Badge } from './badge.tsx'
import { Charts } from './charts.tsx'
import { SplatView } from './splat.tsx'
import { count, many } from './words.ts'

const legFacts = (leg: LegProof): readonly (readonly [string, string])[] => [
  ['boots that passed', `${leg.passed} of ${leg.boots}`],
  ["boots with the bug's signature", `${leg.shown} of ${leg.boots}`],
  ['frees inside race windows', `${count(leg.hits)} in ${many(leg.windows, 'window')}`],
  ['pages written back', count(leg.writtenBackPages)],
  ['pages read back and verified', count(leg.pagesVerified)],
  ['evictions made to fail', count(leg.failedEvictions)],
  ...(leg.patchLines
    ? [['patch lines executed', `${leg.patchLines.executed} of ${leg.patchLines.executable}`] as const]
    : []),
]

const Leg = ({ name, leg }: { name: string; leg: LegProof }) => (
  <div class="proof-leg">
    <h4>{name}</h4>
    {leg.title === null ? <p class="clean">nothing held against it</p> : <p class="crash">{leg.title}</p>}
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

const Strength = ({ luck, after }: { luck: number | null; after: LegProof }) =>
  luck === null ? null : (
    <p class="strength">
      Were the bug still there, {many(after.passed, 'clean boot')} would happen by luck with a chance of at most{' '}
      {luck < 0.001 ? 'one in a thousand' : `${(luck * 100).toFixed(1)} %`}.
    </p>
  )

/** The report that decides the pair: the patched kernel's when it fails, else the unpatched one's. */
const decisive = (pair: PairResult, cells: readonly CellReport[]) => {
  for (const leg of ['after', 'before'] as const)
    for (const cell of legCells(pair, cells, leg))
      for (const finding of heldAgainst(cell.cell)) {
        const splat = splatOf(cell, finding)
        if (splat) return { splat, leg }
      }
  return undefined
}

const Pair = ({ pair, report }: { pair: PairResult; report: Report }) => {
  const proof = proofOf(pair, report.cells)
  const shown = decisive(pair, report.cells)
  return (
    <article class="card" id={`pair-${pairName(pair)}`}>
      <h3>
        <Badge verdict={pair.verdict} /> {pair.arch} {pair.config} <span class="muted">{pair.profile}</span>
      </h3>
      <p>{pair.reason}</p>
      <div class="proof">
        <Leg name="Without the patch" leg={proof.before} />
        <Leg name="With the patch" leg={proof.after} />
      </div>
      <Strength luck={proof.luck} after={proof.after} />
      <Charts
        legs={[
          { name: 'without', cell: legCells(pair, report.cells, 'before')[0] },
          { name: 'with', cell: legCells(pair, report.cells, 'after')[0] },
        ]}
      />
      {shown ? (
        <>
          <h4>What the kernel {shown.leg === 'before' ? 'without' : 'with'} the patch says</h4>
          <SplatView splat={shown.splat} />
        </>
      ) : null}
    </article>
  )
}

/** Each pair with its proof. */
export const Pairs = ({ report }: { report: Report }) =>
  report.run.pairs.length === 0 ? null : (
    <section>
      <h2>Proof</h2>
      {report.run.pairs.map((pair) => (
        <Pair key={pairName(pair)} pair={pair} report={report} />
      ))}
    </section>
  )
