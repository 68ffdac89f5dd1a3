// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { JOURNAL, openParts, type ParsedRecords, parseRecords, RecordFile } from '../../lib/files/journal.ts'
import { UsageError } from '../../model/errors.ts'
import { type JournalRecord, journalRecord, type StartRecord } from './records.ts'

export { JOURNAL }

const read = (value: unknown): JournalRecord => journalRecord.parse(value)

/** The records of a journal, without a last line that a kill cut off. */
export const parseJournal = (bytes: Uint8Array, place?: string): ParsedRecords<JournalRecord> =>
  parseRecords(bytes, read, place)

/** The journal of a bisection. */
export class Journal extends RecordFile<JournalRecord> {
  /** Opens the journal of `dir`, which only one process at a time may write. */
  static async open(dir: string): Promise<Journal> {
    return new Journal(...(await openParts(dir, 'bisection', read)))
  }

  get start(): StartRecord | undefined {
    const [first] = this.records
    return first?.t === 'start' ? first : undefined
  }
}

/** Throws a UsageError unless the folder is that of a bisection. */
export const requireJournal = async (dir: string): Promise<void> => {
  if (await exists(join(dir, JOURNAL))) return
  throw new UsageError(`${dir}: no bisection in this folder`, 'give the folder that `bisect` printed at its start')
}

/** The records of a bisection's folder, read without its lock. */
export const readJournal = async (dir: string): Promise<readonly JournalRecord[]> => {
  await requireJournal(dir)
  const path = join(dir, JOURNAL)
  return parseJournal(await readFile(path), path).records
}
