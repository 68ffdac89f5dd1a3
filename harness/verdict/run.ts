// SPDX-License-Identifier: MIT
import { EXIT } from '../model/errors.ts'
import type { CellResult, PairResult, RunResult } from '../model/results.ts'
import { hasBooted } from './exposure.ts'
import { isOf } from './place.ts'

type Verdict = RunResult['verdict']

// Worst first: a failure of the kernel outweighs one of the host, which outweighs a lack of proof.
const ORDER: readonly Verdict[] = [
  'regression',
  'not-fixed',
  'fail',
  'error',
  'invalid',
  'inconclusive',
  'not-demonstrated',
  'fixed',
  'clean',
  'pass',
]

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  regression: EXIT.kernel,
  'not-fixed': EXIT.kernel,
  fail: EXIT.kernel,
  error: EXIT.host,
  invalid: EXIT.inconclusive,
  inconclusive: EXIT.inconclusive,
  'not-demonstrated': EXIT.inconclusive,
  fixed: EXIT.ok,
  clean: EXIT.ok,
  pass: EXIT.ok,
}

const paired = (cell: CellResult, pairs: readonly PairResult[]): boolean => pairs.some((pair) => isOf(cell, pair))

// Without a before leg that ran, a failure of the patched kernel is judged as without a pair.
const unanswered = (cell: CellResult, cells: readonly CellResult[], pairs: readonly PairResult[]): boolean => {
  if (cell.leg !== 'after' || cell.verdict !== 'fail') return false
  const pair = pairs.find((one) => isOf(cell, one))
  const before = cells.filter((one) => one.leg === 'before' && isOf(one, cell))
  return pair?.verdict === 'invalid' && !before.some(hasBooted)
}

/**
 * The verdict of a whole run and its exit code: the worst of its pairs, of the cells without a pair, and of the failures
 * that no before leg could be compared with.
 */
export const judgeRun = (
  cells: readonly CellResult[],
  pairs: readonly PairResult[],
): { verdict: Verdict; exitCode: number } => {
  const alone = cells
    .filter((cell) => !paired(cell, pairs) || unanswered(cell, cells, pairs))
    .map(({ verdict }) => verdict)
  const verdicts: Verdict[] = [...pairs.map(({ verdict }) => verdict), ...alone]
  const verdict = ORDER.find((one) => verdicts.includes(one)) ?? 'inconclusive'
  // An invalid pair is the host's fault when one of its cells is.
  const hostFailed = verdict === 'invalid' && cells.some((cell) => cell.verdict === 'error')
  return { verdict, exitCode: hostFailed ? EXIT.host : EXIT_OF[verdict] }
}
