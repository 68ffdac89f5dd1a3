// SPDX-License-Identifier: MIT
import { EXIT } from '../model/errors.ts'
import type { CellResult, Finding } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
import type { Case } from './plan.ts'
import type { Expectation } from './schema.ts'

type JudgedCell = Pick<CellResult, 'verdict' | 'findings'>

const matches = (found: Finding, { oracle, kind, title }: Expectation): boolean =>
  found.oracle === oracle &&
  (kind === undefined || found.kind === kind) &&
  (title === undefined || found.title.includes(title))

const unknownFindings = ({ findings }: JudgedCell): readonly Finding[] => findings.filter(({ known }) => !known)

/** The finding that caught this case, if it is an expected one. */
export const catchOf = (one: Pick<Case, 'expect'>, cell: JudgedCell): Finding | undefined =>
  unknownFindings(cell).find((found) => one.expect.some((wanted) => matches(found, wanted)))

const statusOfCorrect = ({ verdict }: JudgedCell): CaseStatus => {
  if (verdict === 'pass') return 'clean'
  return verdict === 'fail' ? 'false-alarm' : 'unproven'
}

/** The status of a case by one of its boots. */
export const statusOf = (one: Pick<Case, 'expect'>, cell: JudgedCell): CaseStatus => {
  if (cell.verdict === 'error') return 'error'
  if (one.expect.length === 0) return statusOfCorrect(cell)
  if (cell.verdict !== 'fail') return 'missed'
  return catchOf(one, cell) ? 'caught' : 'misnamed'
}

// What an exploration does not see says nothing; its report counts it apart.
const GOOD: readonly CaseStatus[] = ['caught', 'clean', 'listed', 'not-covered']

/** 0 when all cases are as expected, 3 when the host failed and nothing else, 1 otherwise. */
export const exitCodeOf = (statuses: readonly CaseStatus[]): number => {
  const bad = statuses.filter((status) => !GOOD.includes(status))
  if (bad.length === 0) return EXIT.ok
  return bad.every((status) => status === 'error') ? EXIT.host : EXIT.kernel
}
