// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JOURNAL, parseRecords } from '../lib/files/journal.ts'
import { bookOf } from './book.ts'
import { Slurm } from './client.ts'
import { readFolder, readResult } from './folder.ts'
import { submissionOf } from './layout.ts'
import { type SlurmOptions, settle } from './options.ts'
import { isEnded } from './parse.ts'
import { slurmRecord } from './records.ts'
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

/** How a run stands: what its folder and squeue show. It changes nothing, and does not disturb who waits for the run. */
export const statusOnSlurm = async (
  tasks: readonly SlurmTask[],
  slurmOptions: SlurmOptions,
  signal: AbortSignal,
): Promise<{ readonly tasks: readonly TaskStatus[]; readonly note: string | undefined }> => {
  const options = settle(slurmOptions)
  const { root } = options
  const bytes = await readFile(join(root, JOURNAL)).catch(() => new Uint8Array())
  const { records } = parseRecords(bytes, (value) => slurmRecord.parse(value))
  const run = records[0]?.t === 'start' ? records[0].run : undefined
  const { submissions } = bookOf(records)
  const folder = await readFolder(root, tasks)
  const queue = await new Slurm(options).queue(signal)
  const lines = queue.kind === 'said' && run !== undefined ? queue.value : []
  const one = async ({ id }: SlurmTask): Promise<TaskStatus> => {
    const attempts = folder.attempts.get(id)?.length ?? 0
    if (folder.committed.has(id)) {
      const result = await readResult(root, id)
      const ended = result !== undefined && hasEnded(result)
      return {
        id,
        attempts,
        state: ended ? 'ended' : 'error',
        detail: ended ? `on ${result.node}` : (result?.error ?? 'damaged'),
      }
    }
    const own = lines.filter(({ name, index, state }) => {
      const sub = submissions.find((each) => each.sub === submissionOf(run!, name))
      return !isEnded(state) && (sub?.elements[index] ?? []).includes(id)
    })
    const running = own.find(({ state }) => state === 'RUNNING')
    if (running) return { id, attempts, state: 'running', detail: `on ${running.node}` }
    const [pending] = own
    if (pending) return { id, attempts, state: 'queued', detail: pending.reason === 'None' ? '' : pending.reason }
    return { id, attempts, state: 'not queued', detail: '' }
  }
  return { tasks: await Promise.all(tasks.map(one)), note: queue.kind === 'said' ? undefined : queue.message }
}
