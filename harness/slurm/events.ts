// SPDX-License-Identifier: MIT
import type { SlurmResult } from './result.ts'

/** The progress of a run on Slurm. */
export type SlurmEvent =
  | { readonly type: 'queued'; readonly task: string; readonly job: string }
  /** Submitted once more, after it was lost. */
  | { readonly type: 'resubmitted'; readonly task: string; readonly job: string }
  | { readonly type: 'running'; readonly task: string; readonly node: string; readonly attempt: number }
  | { readonly type: 'lost'; readonly task: string; readonly why: string }
  | { readonly type: 'done'; readonly task: string; readonly result: SlurmResult }
  | { readonly type: 'note'; readonly level: 'info' | 'warning'; readonly text: string }

/** Takes the events of a run. */
export type EmitSlurm = (event: SlurmEvent) => void
