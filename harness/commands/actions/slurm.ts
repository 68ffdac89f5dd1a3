// SPDX-License-Identifier: MIT
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { inertText } from '../../lib/text/clean.ts'
import type { Format } from '../../progress/format.ts'
import { statusOnSlurm, type TaskStatus } from '../../slurm/status.ts'
import { cancelSubmitted, collect as collectRun } from '../../submit/collect.ts'
import { findSubmission, mergedOf, type Submitted, slurmOptionsOf } from '../../submit/folder.ts'
import { placedTasks } from '../../submit/placed.ts'
import { withProgress } from '../shared/session.ts'
import { resultsFrom } from '../shared/settings.ts'

/** The flags of `slurm status` and `slurm cancel`, not yet parsed. */
export interface SlurmFlags {
  readonly results?: string
}

/** The flags of `slurm collect`, not yet parsed. */
export interface CollectFlags extends SlurmFlags {
  readonly format?: Format
}

const print = (lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${inertText(line)}\n`)
}

const find = (spec: string, { results }: SlurmFlags): Promise<Submitted> => findSubmission(spec, resultsFrom(results))

const isMerged = async ({ root }: Submitted): Promise<boolean> => {
  const merged = await mergedOf(root)
  if (!merged) return false
  print([`merged: ${merged.dir}`])
  process.exitCode = merged.exitCode
  return true
}

const rowOf = ({ id, state, detail, attempts }: TaskStatus): string =>
  [id, state, detail, attempts > 0 ? `attempt ${attempts}` : ''].filter((text) => text !== '').join('  ')

/** Runs `zsharness slurm status RUN`. */
export const status = async (spec: string, flags: SlurmFlags): Promise<void> => {
  const submitted = await find(spec, flags)
  if (await isMerged(submitted)) {
    process.exitCode = 0
    return
  }
  const { root, submission } = submitted
  const options = slurmOptionsOf(submitted)
  const { tasks, note } = await statusOnSlurm(placedTasks(submission, root), options, interruptSignal())
  const count = (state: TaskStatus['state']): number => tasks.filter((task) => task.state === state).length
  const states = (['ended', 'error', 'running', 'queued', 'not queued'] as const).filter((state) => count(state) > 0)
  print([
    ...tasks.map(rowOf),
    `${tasks.length} parts: ${states.map((state) => `${count(state)} ${state}`).join(', ')}`,
    ...(note === undefined ? [] : [`Slurm does not answer: ${note}`]),
  ])
}

/** Runs `zsharness slurm collect RUN`. */
export const collect = async (spec: string, flags: CollectFlags): Promise<void> => {
  const submitted = await find(spec, flags)
  if (await isMerged(submitted)) return
  await withProgress(flags.format, async (session) => {
    process.exitCode = (await collectRun(submitted, session)).run.exitCode
  })
}

/** Runs `zsharness slurm cancel RUN`. */
export const cancel = async (spec: string, flags: SlurmFlags): Promise<void> => {
  const submitted = await find(spec, flags)
  if (await isMerged(submitted)) {
    process.exitCode = 0
    return
  }
  await cancelSubmitted(submitted)
  print(['all jobs are cancelled; zsharness slurm collect goes on from what has ended'])
}
