// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import type { CellResult } from '../model/results.ts'
import { canDerive, withDerived } from '../verdict/derived.ts'
import { nextBoot } from '../verdict/next.ts'
import { canDemonstrate } from '../verdict/pairs.ts'
import { type CellPlan, cellAgain } from './plan/pairs.ts'
import { cellDir } from './results.ts'
import type { PairState, RunState } from './state.ts'

/** The results of these cells so far. */
export const resultsOf = (results: readonly CellResult[], cells: readonly CellPlan[]): readonly CellResult[] => {
  const ids = new Set(cells.map(({ id }) => id))
  return results.filter(({ id }) => ids.has(id))
}

const nextCell = ({ request, inputs, progress }: RunState, { plan, cells }: PairState): CellPlan | undefined => {
  const done = withDerived(resultsOf(progress.cells, cells))
  if (!plan.auto || request.terms.expect === 'clean' || !canDemonstrate(done)) return undefined
  // Without a signature nothing can show the bug.
  if (inputs.of(plan).series.signature.length === 0 && !canDerive(done)) return undefined
  const [before, after] = (['before', 'after'] as const).map((leg) => done.filter((cell) => cell.leg === leg))
  const leg = nextBoot({ before: before!, after: after!, confidence: request.terms.confidence })
  return leg && cellAgain(plan, leg, cells.filter((cell) => cell.leg === leg).length + 1)
}

/** Plans one more boot of a pair when its proof needs it, and returns it. */
export const planAgain = async (state: RunState, pair: PairState): Promise<CellPlan | undefined> => {
  const cell = nextCell(state, pair)
  if (!cell) return undefined
  const last = pair.cells.findLast(({ leg }) => leg === cell.leg)!
  pair.cells.push(cell)
  pair.cellsLeft++
  await mkdir(cellDir(state.progress.dir, cell.id), { recursive: true })
  state.progress.planAfter(last.id, cell.id)
  const cells = state.progress.planned.filter((name) => !state.pairs.has(name))
  state.emit({ type: 'plan', cells, added: [cell.id] })
  return cell
}
