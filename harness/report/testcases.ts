// SPDX-License-Identifier: MIT
import type { CellResult, Finding, PairResult } from '../model/results.ts'
import { showGuilty } from '../splat/bucket/show.ts'
import { placeSuffix } from '../verdict/describe.ts'
import { isOf, pairName } from '../verdict/place.ts'
import { exploredOutcome } from './explored.ts'
import { splatOf } from './findings.ts'
import { holdLines } from './holds.ts'
import { describeNote, knownNotes } from './known.ts'
import type { CellReport, Report } from './model.ts'

/** One test case of a CI: `error` is not a failure of the kernel, but no success either. */
export interface TestCase {
  readonly name: string
  readonly status: 'pass' | 'fail' | 'error' | 'skip'
  readonly message: string
  readonly detail: string
  readonly ms: number
}

export interface Suite {
  readonly name: string
  readonly cases: readonly TestCase[]
}

export type Outcome = Pick<TestCase, 'status' | 'message'> & Partial<TestCase>

/** A test case by its name; what it leaves out is empty. */
export const testCase = (name: string, outcome: Outcome): TestCase => ({ name, detail: '', ms: 0, ...outcome })

// Of the console only: what other oracles find has neither bucket nor file.
const blameLines = (finding: Finding, report: CellReport): readonly string[] => [
  ...(finding.bucket === null ? [] : [`bucket: ${finding.bucket}`]),
  ...showGuilty(splatOf(report, finding)?.guilty ?? null),
]

const detailOf = (finding: Finding, report: CellReport): string =>
  [
    `${finding.known ? 'known: ' : ''}${finding.title}${placeSuffix(finding)}`,
    `  ${finding.detail}`,
    ...blameLines(finding, report).map((line) => `  ${line}`),
    ...(finding.remedy === null ? [] : [`  remedy: ${finding.remedy}`]),
  ].join('\n')

const ORACLES = ['build', 'warnings', 'console', 'data', 'balance', 'liveness']

const oracleCase = (report: CellReport, oracle: string): TestCase => {
  const { cell } = report
  const findings = cell.findings.filter((one) => one.oracle === oracle)
  const failures = findings.filter(({ known }) => !known)
  const detail = findings.map((one) => detailOf(one, report)).join('\n')
  const name = `oracle ${oracle}`
  if (failures.length > 0) return testCase(name, { status: 'fail', message: failures[0]!.title, detail })
  if (findings.length > 0) return testCase(name, { status: 'skip', message: `known: ${findings[0]!.title}`, detail })
  const booted = cell.evidence.cpusOnline > 0
  const built = cell.kernel.key !== ''
  if (oracle === 'build' || oracle === 'warnings' ? built : booted)
    return testCase(name, { status: 'pass', message: '' })
  return testCase(name, { status: 'skip', message: 'not reached' })
}

const laneCase = (report: CellReport, lane: CellResult['lanes'][number]): TestCase => {
  const { cell } = report
  const name = `lane ${lane}`
  const failure = cell.findings.find((one) => one.lane === lane && !one.known)
  if (failure) return testCase(name, { status: 'fail', message: failure.title, detail: detailOf(failure, report) })
  if (cell.evidence.lanesRun.includes(lane)) return testCase(name, { status: 'pass', message: '' })
  return testCase(name, { status: 'skip', message: 'not finished' })
}

const verdictCase = (cell: CellResult): TestCase => {
  const { verdict, reason, timings } = cell
  const status = verdict === 'pass' || verdict === 'fail' ? verdict : 'error'
  const ms = timings.buildMs + timings.bootMs + timings.lanesMs
  const message = verdict === 'inconclusive' ? `inconclusive: ${reason}` : reason
  return testCase('verdict', { status, message, detail: holdLines(cell).join('\n'), ms })
}

const judgedCell = (report: CellReport): Suite => {
  const { cell } = report
  const oracles = [...new Set([...ORACLES, ...cell.findings.map(({ oracle }) => oracle)])]
  return {
    name: cell.id,
    cases: [
      ...oracles.map((oracle) => oracleCase(report, oracle)),
      ...cell.lanes.map((lane) => laneCase(report, lane)),
      verdictCase(cell),
    ],
  }
}

// The unpatched kernel is expected to fail. Its clean boot is not a failure: the pair's verdict decides.
const expectedToFail = (report: CellReport): TestCase => {
  const { cell } = report
  const name = `${cell.id} shows the bug`
  const { ms } = verdictCase(cell)
  const detail = [...cell.findings.map((one) => detailOf(one, report)), ...holdLines(cell)].join('\n')
  if (cell.verdict === 'error') return testCase(name, { status: 'error', message: cell.reason, detail, ms })
  const shown = cell.findings.some(({ signature }) => signature)
  return testCase(name, { status: shown ? 'pass' : 'skip', message: cell.reason, detail, ms })
}

const PAIR_STATUS: Readonly<Record<PairResult['verdict'], TestCase['status']>> = {
  fixed: 'pass',
  clean: 'pass',
  'not-fixed': 'fail',
  regression: 'fail',
  'not-demonstrated': 'error',
  invalid: 'error',
}

const pairSuite = (pair: PairResult, cells: readonly CellReport[]): Suite => ({
  name: pairName(pair),
  cases: [
    ...cells.filter(({ cell }) => isOf(cell, pair) && cell.leg === 'before').map(expectedToFail),
    testCase('pair verdict', { status: PAIR_STATUS[pair.verdict], message: `${pair.verdict}: ${pair.reason}` }),
    ...(pair.explored === null ? [] : [testCase('exploration', exploredOutcome(pair.explored))]),
  ],
})

const runSuite = ({ run, unfinished, problems }: Report): Suite => {
  const cases: TestCase[] = []
  if (run.interrupted)
    cases.push(testCase('run complete', { status: 'error', message: 'the run was interrupted, or is still running' }))
  else cases.push(testCase('run complete', { status: 'pass', message: '' }))
  for (const id of unfinished)
    cases.push(testCase(`${id} finished`, { status: 'error', message: 'the run ended before it did' }))
  for (const note of knownNotes(run.cells))
    cases.push(testCase(`known finding: ${note.title}`, { status: 'skip', message: describeNote(note) }))
  for (const one of run.explorations)
    if (!run.pairs.some((pair) => pair.explored?.name === one.name))
      cases.push(testCase(`exploration ${one.name}`, exploredOutcome(one)))
  for (const problem of problems) cases.push(testCase('folder readable', { status: 'skip', message: problem }))
  return { name: 'run', cases }
}

/** The cells of the run, with what could be read of their folders. */
const cellsOf = ({ run, cells }: Report): readonly CellReport[] =>
  run.cells.map(
    (cell) =>
      cells.find((report) => report.cell.id === cell.id) ?? {
        ...{ cell, splats: [], records: [], consoleTail: [], coverage: null },
      },
  )

/** The run as test cases: each passes or is skipped exactly when the run ended as it should. */
export const suitesOf = (report: Report): readonly Suite[] => {
  const { pairs } = report.run
  const cells = cellsOf(report)
  const expected = (cell: CellResult): boolean => cell.leg === 'before' && pairs.some((pair) => isOf(cell, pair))
  return [
    runSuite(report),
    ...pairs.map((pair) => pairSuite(pair, cells)),
    ...cells.filter(({ cell }) => !expected(cell)).map(judgedCell),
  ]
}
