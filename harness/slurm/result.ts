// SPDX-License-Identifier: MIT
import { z } from 'zod'

const ended = z.object({
  schemaVersion: z.literal(1),
  task: z.string(),
  node: z.string(),
  /** Slurm's id of the array element. */
  job: z.number(),
  /** 1, 2, … over all nodes. */
  attempt: z.number(),
  /** How often Slurm itself had queued the job again. */
  requeues: z.number(),
  startedAt: z.string(),
  endedAt: z.string(),
  /** The exit code of the command. */
  exit: z.number(),
})

const failed = z.object({
  schemaVersion: z.literal(1),
  task: z.string(),
  /** Why there is no result: the host's fault, never the kernel's. */
  error: z.string(),
  remedy: z.string(),
})

/** The `result.json` of a task's folder. */
export const resultFile = z.union([ended, failed])

export type EndedTask = z.infer<typeof ended>
export type FailedTask = z.infer<typeof failed>

/** How a task ended, and what that took. */
export type SlurmResult = (EndedTask | FailedTask) & {
  /** The folder of what the command wrote. */
  readonly dir: string
  /** Tries that came to nothing. */
  readonly lost: number
}

/** Whether the command ended by itself; otherwise the result is an error of the host. */
export const hasEnded = <T extends EndedTask | FailedTask>(result: T): result is T & EndedTask => 'exit' in result
