// SPDX-License-Identifier: MIT
import { EXIT } from '../model/errors.ts'
import type { CellResult, Finding } from '../model/results.ts'
import type { CaseStatus } from '../model/words.ts'
import type { Case } from './plan.ts'
import type { Expectation } from './schema.ts'

type Judged = Pick<CellResult, 'verdict' | 'findings'>

const matches = (found: Finding, { oracle, kind, title }: Expectation): boolean =>
  found.oracle === oracle &&
  (kind === undefined || found.kind === kind) &&
  (title === undefined || found.title.includes(title))

const held = ({ findings }: Judged): readonly Finding[] => findings.filter(({ known }) => !known)

/** The finding that caught this case under one of the names expected. */
export const catchOf = (one: Pick<Case, 'expect'>, cell: Judged): Finding | undefined =>
  held(cell).find((found) => one.expect.some((wanted) => matches(found, wanted)))

const statusOfCorrect = ({ verdict }: Judged): CaseStatus => {
  if (verdict === 'pass') return 'clean'
  return verdict === 'fail' ? 'false-alarm' : 'unproven'
}

/** What a case's boot says of the harness. */
export const statusOf = (one: Pick<Case, 'expect'>, cell: Judged): CaseStatus => {
  if (cell.verdict === 'error') return 'error'
  if (one.expect.length === 0) return statusOfCorrect(cell)
  if (cell.verdict !== 'fail') return 'missed'
  return catchOf(one, cell) ? 'caught' : 'misnamed'
}

const GOOD: readonly CaseStatus[] = ['caught', 'clean', 'listed']

/** 0 when all is as it must be, 3 when only the host stood in the way. */
export const exitCodeOf = (statuses: readonly CaseStatus[]): number => {
  const bad = statuses.filter((status) => !GOOD.includes(status))
  if (bad.length === 0) return EXIT.ok
  return bad.every((status) => status === 'error') ? EXIT.host : EXIT.kernel
}
