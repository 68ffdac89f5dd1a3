// SPDX-License-Identifier: MIT

import { wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { Format } from '../../progress/format.ts'
import { comparer } from '../../run/baseline.ts'
import { executePlan } from '../../run/execute.ts'
import { hostCapacity, machinesFor } from '../../run/machines.ts'
import { expectedFrom } from '../../run/plan/expected.ts'
import { fittingShards, githubMatrix, jobsFor } from '../../run/plan/github.ts'
import type { PairPlan } from '../../run/plan/pairs.ts'
import { inShard, parseShard } from '../../run/plan/shard.ts'
import { planTable } from '../../run/plan/table.ts'
import { tasksFor } from '../../run/plan/tasks.ts'
import { totalSeconds } from '../../run/schedule/simulate.ts'
import { prepareHost, runTold } from '../run/host.ts'
import { type Matrix, matrixFrom, type SelectionFlags } from './plan.ts'

/** The flags of `matrix` as the command line has them. */
export interface MatrixFlags extends SelectionFlags {
  readonly run?: boolean
  readonly shard?: string
  readonly shards?: string
  readonly emit?: 'github'
  readonly baseline?: string
  readonly format?: Format
  readonly installDeps?: boolean
}

const MAX_SHARDS = 1_000

const emitJobs = ({ pairs }: Matrix, { shards }: MatrixFlags): void => {
  const of = shards === undefined ? fittingShards(pairs) : wholeNumber('--shards', shards, 1, MAX_SHARDS)
  process.stdout.write(githubMatrix(jobsFor(pairs, of)))
}

const archsOf = (pairs: readonly PairPlan[]) => [...new Set(pairs.map(({ arch }) => arch))]

const print = async ({ settings }: Matrix, pairs: readonly PairPlan[]): Promise<void> => {
  const capacity = hostCapacity()
  const { accelerators } = await machinesFor(archsOf(pairs))
  const expected = await expectedFrom(pairs, settings, accelerators)
  const tasks = tasksFor(pairs, capacity, expected)
  const isCached = (pair: PairPlan, { leg }: PairPlan['cells'][number]): boolean => expected.isCached(pair, leg)
  process.stdout.write(planTable({ pairs, tasks, isCached, seconds: totalSeconds(tasks, capacity) }))
}

const run = async (matrix: Matrix, pairs: readonly PairPlan[], flags: MatrixFlags): Promise<void> => {
  const { name, settings } = matrix
  const compare = await comparer(settings.resultsDir, flags.baseline)
  await prepareHost(archsOf(pairs), flags)
  const cells = matrix.pairs.flatMap((pair) => pair.cells.map(({ id }) => id))
  const planned = { name, shard: flags.shard ?? null, cells }
  const command = ['zsharness', ...process.argv.slice(2)]
  const plan = { pairs, settings, command, planned, tolerant: true, compare }
  await runTold((context) => executePlan(plan, context), flags, settings.cache)
}

/** What `zsharness matrix` does. */
export const matrixCommand = async (spec: string, flags: MatrixFlags): Promise<void> => {
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard)
  if (flags.shards !== undefined && flags.emit === undefined)
    throw new UsageError(
      '--shards tells --emit how many jobs to make',
      'add --emit github, or choose a part: --shard I/N',
    )
  const matrix = await matrixFrom(spec, flags)
  if (matrix.pairs.length === 0)
    throw new UsageError(
      `no cell of plan ${matrix.name} is left`,
      'ask for less with the flags, or exclude less in the plan',
    )
  const pairs = shard === undefined ? matrix.pairs : inShard(matrix.pairs, shard)
  if (flags.emit === 'github') emitJobs(matrix, flags)
  else if (flags.run) await run(matrix, pairs, flags)
  else await print(matrix, pairs)
}
