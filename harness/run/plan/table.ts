// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'
import { columns } from '../../lib/text/columns.ts'
import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import type { CellPlan, PairPlan } from './pairs.ts'
import type { RunTask } from './tasks.ts'

/** A plan and its ETA. */
export interface PlanTable {
  readonly pairs: readonly PairPlan[]
  readonly tasks: readonly RunTask[]
  readonly isCached: (pair: PairPlan, cell: CellPlan) => boolean
  /** The time that the plan takes on this host. */
  readonly seconds: number
}

const rowOf = ({ tasks, isCached }: PlanTable, pair: PairPlan, cell: CellPlan): readonly string[] => {
  const build = tasks.find((task) => task.kind === 'build' && task.pair === pair && task.leg === cell.leg)
  const boot = tasks.find((task) => task.kind === 'boot' && task.cell === cell)
  const cached = isCached(pair, cell)
  const kernel = cached || cell.run > 1 ? 'cached' : `build ${duration(1000 * (build?.seconds ?? 0))}`
  return [cell.id, cell.tree, cell.series, kernel, duration(1000 * (boot?.seconds ?? 0))].map(cleanLine)
}

/** A plan as a table: a row for each cell, and the ETA. */
export const planTable = (plan: PlanTable): string => {
  const cells = plan.pairs.flatMap((pair) => pair.cells.map((cell) => rowOf(plan, pair, cell)))
  const builds = plan.tasks.filter(({ kind }) => kind === 'build').length
  const cached = plan.pairs.flatMap((pair) => pair.cells.filter((cell) => cell.run === 1 && plan.isCached(pair, cell)))
  const kernels = `${many(builds, 'kernel')} (${cached.length} in the cache)`
  const total = `${many(cells.length, 'cell')}, ${kernels}; ETA on this host: ${duration(1000 * plan.seconds)}`
  return [...columns([['CELL', 'TREE', 'SERIES', 'KERNEL', 'BOOT'], ...cells]), '', total, ''].join('\n')
}
