// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey } from '../lib/files/hash.ts'
import { JOURNAL, RecordFile } from '../lib/files/journal.ts'
import { HostError, UsageError } from '../model/errors.ts'
import type { Book } from './book.ts'
import { impossibleIn } from './consistent.ts'
import { makeFolders } from './folder.ts'
import { layout, submissionOf } from './layout.ts'
import { isEnded, type QueueLine } from './parse.ts'
import { type SlurmRecord, slurmRecord, startOf } from './records.ts'
import type { SlurmTask } from './tasks.ts'

const damaged = (root: string, why: string): HostError =>
  new HostError(
    `${join(root, JOURNAL)}: ${why}`,
    'restore the file from a backup, or cancel the jobs (`squeue --me`) and start anew in another folder',
  )

/** Opens the journal of a run's folder, which is made if need be, and which only one process at a time may write. */
export const openJournal = async (root: string): Promise<RecordFile<SlurmRecord>> => {
  await makeFolders(root)
  return RecordFile.openRecords(root, 'run', (value) => slurmRecord.parse(value))
}

/** Throws a HostError unless a run can have written these records. */
export const requirePossible = (root: string, records: readonly SlurmRecord[]): void => {
  const odd = impossibleIn(records)
  if (odd) throw damaged(root, `line ${odd.line}: ${odd.why}`)
}

/** Throws a HostError when squeue shows a job of the run that its journal has lost. */
export const requireKnown = (root: string, run: string, book: Book, queue: readonly QueueLine[]): void => {
  const known = new Set(book.submissions.map(({ sub }) => sub))
  const isLost = ({ name, state }: QueueLine): boolean => {
    const sub = submissionOf(run, name)
    return sub !== undefined && !known.has(sub) && !isEnded(state)
  }
  const lost = queue.find(isLost)
  if (lost) throw damaged(root, `it has lost records: job ${lost.job}, ${lost.name}, is of this run and not in it`)
}

/** A folder in which something ran has a journal: without it, jobs that still run would be submitted again. */
const requireUnused = async (root: string): Promise<void> => {
  const { tasks, elements } = layout(root)
  for (const dir of [tasks, elements]) {
    const names = await readdir(dir)
    if (names.length > 0) throw damaged(root, `it is empty or was missing, but a run has worked in ${dir}`)
  }
}

/** The run's name: of the journal, or a new one. A folder belongs to one list of tasks. */
export const runOf = async (
  journal: RecordFile<SlurmRecord>,
  root: string,
  tasks: readonly SlurmTask[],
): Promise<string> => {
  const key = contentKey(JSON.stringify(tasks))
  requirePossible(root, journal.records)
  const [first] = journal.records
  if (first?.t !== 'start') {
    await requireUnused(root)
    const run = randomBytes(4).toString('hex')
    await journal.add(startOf(run, key, new Date().toISOString()))
    return run
  }
  if (first.tasks !== key)
    throw new UsageError(`${root}: this folder is of a run of other tasks`, 'give the same command, or another folder')
  return first.run
}
