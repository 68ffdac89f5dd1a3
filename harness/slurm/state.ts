// SPDX-License-Identifier: MIT
import type { RecordFile } from '../lib/files/journal.ts'
import type { Slurm } from './client.ts'
import type { EmitSlurm } from './events.ts'
import type { News } from './news.ts'
import type { Settled } from './options.ts'
import type { SlurmRecord } from './records.ts'
import type { SlurmTask } from './tasks.ts'

/** What the parts of a coordinator share. */
export interface Coordinator {
  readonly run: string
  readonly tasks: readonly SlurmTask[]
  readonly options: Settled
  readonly slurm: Slurm
  readonly journal: RecordFile<SlurmRecord>
  readonly groups: ReadonlyMap<string, number>
  readonly maxArraySize: number
  readonly chunk: number
  readonly news: News
  readonly emit: EmitSlurm
  readonly signal: AbortSignal
}
