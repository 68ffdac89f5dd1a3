// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import type { Slurm } from './client.ts'
import { submissionOf } from './layout.ts'
import { isEnded, type QueueLine } from './parse.ts'

const STEP_MS = 500

/** What is left of a run's jobs. */
export type Left =
  | { readonly kind: 'none' }
  | { readonly kind: 'some'; readonly jobs: readonly string[]; readonly why: string }

const aliveOf = (run: string, queue: readonly QueueLine[]): readonly string[] => [
  ...new Set(
    queue.filter(({ name, state }) => submissionOf(run, name) !== undefined && !isEnded(state)).map(({ job }) => job),
  ),
]

/**
 * Cancels every job that carries the run's name, known or not, and waits until none is left. `quietMs` is how long none
 * must be seen: a submission without an answer may appear late.
 */
export const cancelAll = async (slurm: Slurm, run: string, limitMs: number, quietMs: number): Promise<Left> => {
  const end = performance.now() + limitMs
  let quietSince: number | undefined
  let left: Left = { kind: 'some', jobs: [], why: 'Slurm was not asked' }
  while (performance.now() < end) {
    const queue = await slurm.queue()
    const jobs = queue.kind === 'said' ? aliveOf(run, queue.value) : []
    if (queue.kind !== 'said') left = { kind: 'some', jobs: [], why: queue.message }
    else if (jobs.length > 0) {
      left = { kind: 'some', jobs, why: 'they do not end' }
      await slurm.cancel(jobs)
    } else quietSince ??= performance.now()
    if (queue.kind !== 'said' || jobs.length > 0) quietSince = undefined
    if (quietSince !== undefined && performance.now() - quietSince >= quietMs) return { kind: 'none' }
    await sleep(STEP_MS)
  }
  return left
}
