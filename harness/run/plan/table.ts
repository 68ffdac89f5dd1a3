// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'
import { duration } from '../../lib/text/time.ts'
import type { CellPlan, PairPlan } from './pairs.ts'
import type { RunTask } from './tasks.ts'

const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)))
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  )
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export interface PlanTable {
  readonly pairs: readonly PairPlan[]
  readonly tasks: readonly RunTask[]
  readonly isCached: (pair: PairPlan, cell: CellPlan) => boolean
  /** How long all is expected to take, here. */
  readonly seconds: number
}

const rowOf = ({ tasks, isCached }: PlanTable, pair: PairPlan, cell: CellPlan): readonly string[] => {
  const build = tasks.find((task) => task.kind === 'build' && task.pair === pair && task.leg === cell.leg)
  const boot = tasks.find((task) => task.kind === 'boot' && task.cell === cell)
  const cached = isCached(pair, cell)
  const kernel = cached || cell.run > 1 ? 'cached' : `build ${duration(1000 * (build?.seconds ?? 0))}`
  return [cell.id, cell.tree, cell.series, kernel, duration(1000 * (boot?.seconds ?? 0))].map(cleanLine)
}

/** A plan for a reader: a row for each cell, and what all will take. */
export const planTable = (plan: PlanTable): string => {
  const cells = plan.pairs.flatMap((pair) => pair.cells.map((cell) => rowOf(plan, pair, cell)))
  const builds = plan.tasks.filter(({ kind }) => kind === 'build').length
  const cached = plan.pairs.flatMap((pair) => pair.cells.filter((cell) => cell.run === 1 && plan.isCached(pair, cell)))
  const total = `${many(cells.length, 'cell')}, ${many(builds, 'kernel')} of which ${cached.length} in the cache; about ${duration(1000 * plan.seconds)} here`
  return [...columns([['CELL', 'TREE', 'SERIES', 'KERNEL', 'BOOT'], ...cells]), '', total, ''].join('\n')
}
