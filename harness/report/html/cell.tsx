// SPDX-License-Identifier: MIT
import { duration } from '../../lib/text/time.ts'
import type { LaneEvidence } from '../../model/results.ts'
import { isOf } from '../../verdict/place.ts'
import { describeWorkload } from '../../verdict/workloads.ts'
import { failuresOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { describeObject } from '../objects.ts'
import { Badge } from './badge.tsx'
import { Charts } from './charts.tsx'
import { FindingView } from './finding.tsx'
import { HoldPoints, UnderHolds } from './holds.tsx'
import { anchor, count, many } from './words.ts'

const MAX_CELLS = 60

const laneRow = (lane: LaneEvidence): readonly [string, string] => [
  `lane ${lane.lane}`,
  [
    `${lane.status ?? 'did not end'} after ${duration(lane.elapsedMs)}`,
    `${count(lane.writtenBackPages)} written back`,
    `${count(lane.pagesVerified)} verified`,
    ...(lane.windows > 0 ? [`${count(lane.hits)} hits in ${many(lane.windows, 'hold')}`] : []),
    ...(lane.failedEvictions > 0 ? [`${count(lane.failedEvictions)} evictions failed`] : []),
    ...(lane.classesSeen > 0 ? [`${count(lane.classesSeen)} size classes`] : []),
  ].join(', '),
]

const evidenceRows = ({ cell }: CellReport): readonly (readonly [string, string])[] => {
  const { evidence, kernel, timings } = cell
  const lines = evidence.patchLines
  return [
    [
      'kernel',
      `${kernel.version || 'not built'}${kernel.cached ? ', from the cache' : `, ${count(kernel.compiled)} objects compiled`}`,
    ],
    ['CPUs online', String(evidence.cpusOnline)],
    ['lanes', evidence.lanesRun.length === 0 ? 'none finished' : evidence.lanesRun.join(', ')],
    ['pages written back', count(evidence.writtenBackPages)],
    ['pages verified', count(evidence.pagesVerified)],
    cell.holds?.race === false
      ? ['hits of hold points', `${count(evidence.hits)} in ${many(evidence.windows, 'hold')}`]
      : ['frees inside windows', `${count(evidence.hits)} in ${count(evidence.windows)}`],
    ['failed evictions', count(evidence.failedEvictions)],
    ...evidence.lanes.map(laneRow),
    ...evidence.workloads.map((one): readonly [string, string] => [`program ${one.name}`, describeWorkload(one)]),
    ...cell.oracles.map(({ name, status }) => [`oracle ${name}`, status] as const),
    ['patch lines', lines === null ? 'not measured' : `${lines.executed} of ${lines.executable} executed`],
    ...cell.objects.map((object) => [object.file, describeObject(object)] as const),
    ['build', duration(timings.buildMs)],
    ['boot', duration(timings.bootMs)],
    ['lanes took', duration(timings.lanesMs)],
  ]
}

const Commands = ({ report, runDir }: { report: CellReport; runDir: string }) => {
  const { make, qemu } = report.cell.commands
  const lines = [
    ['boot again', `zsharness replay ${runDir}/${report.cell.id}`],
    ['make', make.join(' ')],
    ['qemu', qemu.join(' ')],
  ] as const
  return (
    <>
      {lines
        .filter(([, text]) => text !== '')
        .map(([name, text]) => (
          <div class="command" key={name}>
            <h5>{name}</h5>
            <pre data-copy="">{text}</pre>
          </div>
        ))}
    </>
  )
}

interface CellProps {
  readonly report: CellReport
  readonly runDir: string
  /** Whether the cell is in no pair, which would show its charts. */
  readonly alone: boolean
  readonly open: boolean
}

const Cell = ({ report, runDir, alone, open }: CellProps) => {
  const { cell, consoleTail } = report
  return (
    <details class="card cell" id={anchor(cell.id)} open={open}>
      <summary>
        <Badge verdict={cell.verdict} /> <b>{cell.id}</b> <span class="why">{cell.reason}</span>
      </summary>
      <UnderHolds cell={cell} />
      {cell.findings.length > 0 ? (
        <ul class="findings">
          {cell.findings.map((finding, index) => (
            <FindingView key={index} finding={finding} report={report} />
          ))}
        </ul>
      ) : null}
      <dl class="evidence">
        {evidenceRows(report).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <HoldPoints cells={[cell]} />
      {alone ? <Charts legs={[{ name: cell.leg === 'before' ? 'without' : 'with', cell: report }]} /> : null}
      {consoleTail.length > 0 ? (
        <details>
          <summary>end of the console</summary>
          <pre>{consoleTail.join('\n')}</pre>
        </details>
      ) : null}
      <Commands report={report} runDir={runDir} />
    </details>
  )
}

const whatFailed = ({ cell }: CellReport): string => failuresOf(cell)[0]?.title ?? cell.reason

/** The first boot of each kind of failure. */
const firsts = (cells: readonly CellReport[]): ReadonlySet<CellReport> => {
  const failed = cells.filter(({ cell }) => cell.verdict !== 'pass')
  const titles = failed.map(whatFailed)
  return new Set(failed.filter((one, index) => titles.indexOf(whatFailed(one)) === index))
}

/** Every boot with its findings, evidence and command lines; when there are too many, those that failed first. */
export const Cells = ({ report }: { report: Report }) => {
  const { cells, run, dir } = report
  const failed = cells.filter(({ cell }) => cell.verdict !== 'pass')
  const kept = new Set([...failed, ...cells].slice(0, MAX_CELLS))
  const inPair = ({ cell }: CellReport): boolean => run.pairs.some((pair) => isOf(cell, pair))
  const opened = firsts(cells.filter((one) => !inPair(one)))
  return (
    <section>
      <h2>Boots</h2>
      {cells
        .filter((one) => kept.has(one))
        .map((one) => (
          <Cell key={one.cell.id} report={one} runDir={dir} alone={!inPair(one)} open={opened.has(one)} />
        ))}
      {cells.length > kept.size ? (
        <p class="muted">{cells.length - kept.size} more boots passed and are in run.json.</p>
      ) : null}
    </section>
  )
}
