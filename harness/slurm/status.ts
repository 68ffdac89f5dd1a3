// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JOURNAL, parseRecords } from '../lib/files/journal.ts'
import { bookOf } from './book.ts'
import { Slurm } from './client.ts'
import { makeFolders, readFolder, readResult } from './folder.ts'
import { submissionOf } from './layout.ts'
import { requirePossible } from './opening.ts'
import { type SlurmOptions, settle } from './options.ts'
import { isEnded, type QueueLine } from './parse.ts'
import { type SlurmRecord, slurmRecord } from './records.ts'
import { hasEnded } from './result.ts'
import type { SlurmTask } from './tasks.ts'

/** How one task stands. */
export interface TaskStatus {
  readonly id: string
  readonly state: 'ended' | 'error' | 'running' | 'queued' | 'not queued'
  /** Where, or what it waits for. */
  readonly detail: string
  /** Attempts that came to nothing, and one that may still run. */
  readonly attempts: number
}

const ofCommitted = async (root: string, id: string): Promise<Pick<TaskStatus, 'state' | 'detail'>> => {
  const result = await readResult(root, id)
  if (!result) return { state: 'error', detail: 'its result is damaged' }
  return hasEnded(result) ? { state: 'ended', detail: `on ${result.node}` } : { state: 'error', detail: result.error }
}

const ofQueued = (lines: readonly QueueLine[]): Pick<TaskStatus, 'state' | 'detail'> => {
  const alive = lines.filter(({ state }) => !isEnded(state))
  const running = alive.find(({ state }) => state === 'RUNNING')
  if (running) return { state: 'running', detail: `on ${running.node}` }
  const [pending] = alive
  if (!pending) return { state: 'not queued', detail: '' }
  return { state: 'queued', detail: pending.reason === 'None' ? '' : pending.reason }
}

/** The lines of squeue for each task of the run whose journal this is. */
const linesByTask = (
  records: readonly SlurmRecord[],
  queue: readonly QueueLine[],
): ReadonlyMap<string, readonly QueueLine[]> => {
  const [start] = records
  const found = new Map<string, QueueLine[]>()
  if (start?.t !== 'start') return found
  const elements = new Map(bookOf(records).submissions.map((one) => [one.sub, one.elements]))
  for (const line of queue)
    for (const id of elements.get(submissionOf(start.run, line.name) ?? -1)?.[line.index] ?? [])
      found.set(id, [...(found.get(id) ?? []), line])
  return found
}

/** How a run stands: what its folder and squeue show. It changes nothing, and does not disturb who waits for the run. */
export const statusOnSlurm = async (
  tasks: readonly SlurmTask[],
  slurmOptions: SlurmOptions,
  signal: AbortSignal,
): Promise<{ readonly tasks: readonly TaskStatus[]; readonly note: string | undefined }> => {
  const options = settle(slurmOptions)
  const { root } = options
  const bytes = await readFile(join(root, JOURNAL)).catch(() => new Uint8Array())
  const { records } = parseRecords(bytes, (value) => slurmRecord.parse(value), join(root, JOURNAL))
  requirePossible(root, records)
  await makeFolders(root)
  // In this order: a task that ends in between has a result then, and is not taken for one that never was.
  const queue = await new Slurm(options).queue(signal)
  const { committed, attempts } = await readFolder(root, tasks)
  const lines = linesByTask(records, queue.kind === 'said' ? queue.value : [])
  const statusOf = async ({ id }: SlurmTask): Promise<TaskStatus> => ({
    ...{ id, attempts: attempts.get(id)?.length ?? 0 },
    ...(committed.has(id) ? await ofCommitted(root, id) : ofQueued(lines.get(id) ?? [])),
  })
  return { tasks: await Promise.all(tasks.map(statusOf)), note: queue.kind === 'said' ? undefined : queue.message }
}
