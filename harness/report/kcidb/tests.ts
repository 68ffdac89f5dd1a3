// SPDX-License-Identifier: MIT
import type { CellResult, LaneName } from '../../model/results.ts'
import type { ReportContext } from '../context.ts'
import { explorationLines } from '../explored.ts'
import { failuresOf, splatOf } from '../findings.ts'
import type { CellReport, Report } from '../model.ts'
import { buildId } from './builds.ts'
import { excerpt, given, idOf, plain, secondsOf, urlOf } from './text.ts'

const ROOT = 'zsharness'

type Status = 'PASS' | 'FAIL' | 'ERROR' | 'MISS' | 'SKIP' | 'DONE'

// What ran clean but exercised nothing is no pass; where no lane fits the kernel, nothing was applicable.
const statusOf = ({ verdict, lanes }: CellResult): Status => {
  switch (verdict) {
    case 'pass':
      return 'PASS'
    case 'fail':
      return 'FAIL'
    case 'error':
      return 'MISS'
    case 'inconclusive':
      return lanes.length === 0 ? 'SKIP' : 'ERROR'
  }
}

/** The id of the test that a cell's boot is. */
export const testId = ({ run }: Report, cell: CellResult, origin: string): string => idOf(origin, run.id, cell.id)

const logOf = (report: CellReport): string | undefined => {
  const failures = failuresOf(report.cell)
  if (failures.length === 0) return undefined
  return excerpt(
    failures.flatMap((finding) => splatOf(report, finding)?.lines ?? [`${finding.title}: ${finding.detail}`]),
  )
}

const exploredLines = ({ run }: Report, { tree, series, config }: CellResult): readonly string[] | undefined => {
  const own = run.explorations.filter((one) => one.tree === tree && one.series === series && one.config === config)
  return own.length === 0 ? undefined : own.flatMap(explorationLines).map(plain)
}

const cellTest = (report: Report, one: CellReport, { origin, baseUrl }: ReportContext) => {
  const { cell } = one
  return {
    build_id: buildId(report, cell, origin),
    id: testId(report, cell, origin),
    origin,
    path: ROOT,
    status: statusOf(cell),
    environment: {
      comment: plain(cell.reason),
      misc: given({ accelerator: plain(cell.machine), cpus: cell.evidence.cpusOnline, leg: cell.leg, boot: cell.run }),
    },
    ...given({
      duration: secondsOf(cell.timings.bootMs + cell.timings.lanesMs),
      log_excerpt: logOf(one),
    }),
    misc: given({
      pages_written_back: cell.evidence.writtenBackPages,
      pages_verified: cell.evidence.pagesVerified,
      hits: cell.evidence.hits,
      patch_lines: cell.evidence.patchLines,
      not_checked: cell.notChecked.length === 0 ? undefined : cell.notChecked.map(plain),
      exploration: exploredLines(report, cell),
      console_url:
        cell.evidence.cpusOnline > 0 ? urlOf(baseUrl, report.run.id, 'cells', cell.id, 'console.log') : undefined,
    }),
  }
}

/** A lane passes where its boot does: a boot that failed may have spoilt it without a word. */
const laneStatus = (cell: CellResult, lane: LaneName): readonly [Status, string] => {
  const failure = failuresOf(cell).find((one) => one.lane === lane || one.shown?.in === lane)
  if (failure) return ['FAIL', failure.title]
  if (cell.verdict === 'error') return ['MISS', cell.reason]
  const ran = cell.evidence.lanes.find((one) => one.lane === lane)
  if (ran?.status === 'skipped') return ['SKIP', 'the guest skipped it']
  // What the kernel did is never the harness's failure.
  if (!cell.evidence.lanesRun.includes(lane))
    return cell.verdict === 'fail' ? ['SKIP', `not finished: ${cell.reason}`] : ['ERROR', 'it did not end']
  return cell.verdict === 'pass' ? ['PASS', ''] : ['DONE', `the boot is ${cell.verdict}: ${cell.reason}`]
}

const laneTest = (report: Report, cell: CellResult, lane: LaneName, origin: string) => {
  const [status, comment] = laneStatus(cell, lane)
  const ran = cell.evidence.lanes.find((one) => one.lane === lane)
  return {
    build_id: buildId(report, cell, origin),
    id: idOf(origin, report.run.id, cell.id, `lane.${lane}`),
    origin,
    path: `${ROOT}.${lane}`,
    status,
    ...(comment === '' ? {} : { environment: { comment: plain(comment) } }),
    ...(ran ? { number: { value: ran.writtenBackPages, unit: 'pages written back' } } : {}),
    ...given({ duration: ran ? secondsOf(ran.elapsedMs) : undefined }),
  }
}

/** The boots of the run as tests, and each lane of each boot. A kernel that was not built has none. */
export const testsOf = (report: Report, context: ReportContext) =>
  report.cells
    .filter(({ cell }) => cell.kernel.key !== '' || cell.verdict === 'error')
    .flatMap((one) => [
      cellTest(report, one, context),
      ...one.cell.lanes.map((lane) => laneTest(report, one.cell, lane, context.origin)),
    ])
