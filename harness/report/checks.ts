// SPDX-License-Identifier: MIT
import type { CellResult, Finding, PairResult } from '../model/results.ts'
import { isOf, pairName } from '../verdict/place.ts'
import { placeText } from '../verdict/told.ts'
import type { Report } from './model.ts'

/** What a CI counts: `error` is not the kernel's failure, but no success either. */
export interface Check {
  readonly name: string
  readonly status: 'pass' | 'fail' | 'error' | 'skip'
  readonly message: string
  readonly detail: string
  readonly ms: number
}

export interface Suite {
  readonly name: string
  readonly checks: readonly Check[]
}

export type Outcome = Pick<Check, 'status' | 'message'> & Partial<Check>

/** A check by its name; what it leaves out is empty. */
export const check = (name: string, outcome: Outcome): Check => ({ name, detail: '', ms: 0, ...outcome })

const describe = (finding: Finding): string =>
  `${finding.known ? 'known: ' : ''}${finding.title}${placeText(finding)}\n  ${finding.detail}`

const ORACLES = ['build', 'warnings', 'console', 'data', 'balance', 'liveness']

const oracleCheck = (cell: CellResult, oracle: string): Check => {
  const findings = cell.findings.filter((one) => one.oracle === oracle)
  const held = findings.filter(({ known }) => !known)
  const detail = findings.map(describe).join('\n')
  const name = `oracle ${oracle}`
  if (held.length > 0) return check(name, { status: 'fail', message: held[0]!.title, detail })
  if (findings.length > 0) return check(name, { status: 'skip', message: `known: ${findings[0]!.title}`, detail })
  const booted = cell.evidence.cpusOnline > 0
  const built = cell.kernel.key !== ''
  if (oracle === 'build' || oracle === 'warnings' ? built : booted) return check(name, { status: 'pass', message: '' })
  return check(name, { status: 'skip', message: 'not reached' })
}

const laneCheck = (cell: CellResult, lane: CellResult['lanes'][number]): Check => {
  const name = `lane ${lane}`
  const held = cell.findings.find((one) => one.lane === lane && !one.known)
  if (held) return check(name, { status: 'fail', message: held.title, detail: describe(held) })
  if (cell.evidence.lanesRun.includes(lane)) return check(name, { status: 'pass', message: '' })
  return check(name, { status: 'skip', message: 'not finished' })
}

const verdictCheck = ({ verdict, reason, timings }: CellResult): Check => {
  const status = verdict === 'pass' || verdict === 'fail' ? verdict : 'error'
  const ms = timings.buildMs + timings.bootMs + timings.lanesMs
  return check('verdict', { status, message: verdict === 'inconclusive' ? `inconclusive: ${reason}` : reason, ms })
}

const judgedCell = (cell: CellResult): Suite => {
  const oracles = [...new Set([...ORACLES, ...cell.findings.map(({ oracle }) => oracle)])]
  return {
    name: cell.id,
    checks: [
      ...oracles.map((oracle) => oracleCheck(cell, oracle)),
      ...cell.lanes.map((lane) => laneCheck(cell, lane)),
      verdictCheck(cell),
    ],
  }
}

// The unpatched kernel is there to fail: a clean boot of it is no failure of its own, the pair's verdict tells.
const expectedToFail = (cell: CellResult): Check => {
  const name = `${cell.id} shows the bug`
  const { ms } = verdictCheck(cell)
  const detail = cell.findings.map(describe).join('\n')
  if (cell.verdict === 'error') return check(name, { status: 'error', message: cell.reason, detail, ms })
  const shown = cell.findings.some(({ signature }) => signature)
  return check(name, { status: shown ? 'pass' : 'skip', message: cell.reason, detail, ms })
}

const PAIR_STATUS: Readonly<Record<PairResult['verdict'], Check['status']>> = {
  fixed: 'pass',
  'not-fixed': 'fail',
  regression: 'fail',
  'not-demonstrated': 'error',
  invalid: 'error',
}

const pairSuite = (pair: PairResult, cells: readonly CellResult[]): Suite => ({
  name: pairName(pair),
  checks: [
    ...cells.filter((cell) => isOf(cell, pair) && cell.leg === 'before').map(expectedToFail),
    check('pair verdict', { status: PAIR_STATUS[pair.verdict], message: `${pair.verdict}: ${pair.reason}` }),
  ],
})

const runSuite = ({ run, unfinished, problems }: Report): Suite => {
  const checks: Check[] = []
  if (run.interrupted)
    checks.push(check('run complete', { status: 'error', message: 'the run was interrupted, or still goes on' }))
  else checks.push(check('run complete', { status: 'pass', message: '' }))
  for (const id of unfinished)
    checks.push(check(`${id} finished`, { status: 'error', message: 'the run ended before it did' }))
  for (const problem of problems) checks.push(check('folder readable', { status: 'skip', message: problem }))
  return { name: 'run', checks }
}

/** The run as expectations: all of them met, or skipped, exactly when the run ended as it should. */
export const suitesOf = (report: Report): readonly Suite[] => {
  const { cells, pairs } = report.run
  const expected = (cell: CellResult): boolean => cell.leg === 'before' && pairs.some((pair) => isOf(cell, pair))
  return [
    runSuite(report),
    ...pairs.map((pair) => pairSuite(pair, cells)),
    ...cells.filter((cell) => !expected(cell)).map(judgedCell),
  ]
}
