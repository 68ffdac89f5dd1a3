// SPDX-License-Identifier: MIT

import { cleanLine } from '../../lib/text/clean.ts'
import { columns } from '../../lib/text/columns.ts'
import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import type { LegName } from '../../model/results.ts'
import type { BuildForecast } from './forecast.ts'
import type { CellPlan, PairPlan } from './pairs.ts'
import type { RunTask } from './tasks.ts'

/** A plan with its forecast. */
export interface PlanTable {
  readonly pairs: readonly PairPlan[]
  readonly tasks: readonly RunTask[]
  /** What the kernel of a leg compiles; undefined when it cannot be built. */
  readonly build: (pair: PairPlan, leg: LegName) => BuildForecast | undefined
  readonly cores: number
  /** What the reader has to know about the trees. */
  readonly notes: readonly string[]
  readonly seconds: {
    /** The time that the plan takes on this host. */
    readonly eta: number
    /** The time that no order of its builds and boots can beat. */
    readonly floor: number
  }
}

const time = (seconds: number): string => duration(1000 * seconds)

const kernelText = (forecast: BuildForecast | undefined, seconds: number, run: number): string => {
  if (!forecast) return 'cannot be built'
  if (forecast.objects === 0 && forecast.donor !== null) return `that of ${forecast.donor}`
  return forecast.cached || run > 1 ? 'cached' : `${many(forecast.objects, 'object')}, ${time(seconds)}`
}

const rowOf = ({ tasks, build }: PlanTable, pair: PairPlan, cell: CellPlan): readonly string[] => {
  const built = tasks.find((task) => task.kind === 'build' && task.pair === pair && task.leg === cell.leg)
  const boot = tasks.find((task) => task.kind === 'boot' && task.cell === cell)
  const kernel = kernelText(build(pair, cell.leg), built?.seconds ?? 0, cell.run)
  return [cell.id, cell.tree, cell.series, kernel, time(boot?.seconds ?? 0)].map(cleanLine)
}

const isPresent = <T>(value: T | undefined): value is T => value !== undefined

/** What any order of the builds has to compile, and what it boots. */
const leastWork = (forecasts: readonly BuildForecast[], boots: number): string => {
  const missing = forecasts.filter(({ objects }) => objects > 0)
  const rest = missing.filter(({ full }) => !full)
  const objects = rest.reduce((sum, one) => sum + one.objects, 0)
  const builds = [
    ...(missing.length > rest.length ? [many(missing.length - rest.length, 'full build')] : []),
    ...(rest.length > 0 ? [`${many(objects, 'object')} in ${many(rest.length, 'other build')}`] : []),
  ]
  return [...builds, many(boots, 'boot')].join(', ')
}

/** A plan as a table: a row for each cell, the ETA, and the floor below which no order of the same work can come. */
export const planTable = (plan: PlanTable): string => {
  const cells = plan.pairs.flatMap((pair) => pair.cells.map((cell) => rowOf(plan, pair, cell)))
  const builds = plan.tasks.filter((task) => task.kind === 'build')
  const forecasts = builds.map(({ pair, leg }) => plan.build(pair, leg)).filter(isPresent)
  const kernels = `${many(builds.length, 'kernel')} (${forecasts.filter(({ cached }) => cached).length} in the cache)`
  const total = `${many(cells.length, 'cell')}, ${kernels}; ETA on this host: ${time(plan.seconds.eta)}`
  const least = leastWork(forecasts, plan.tasks.length - builds.length)
  const floor = `no order is faster than ${time(plan.seconds.floor)} on ${many(plan.cores, 'core')}: ${least}`
  const auto = plan.pairs.some((one) => one.auto) ? ['boots that a proof needs later are not counted'] : []
  const rows = columns([['CELL', 'TREE', 'SERIES', 'KERNEL', 'BOOT'], ...cells])
  return [...rows, '', ...plan.notes.map(cleanLine), total, floor, ...auto, ''].join('\n')
}
