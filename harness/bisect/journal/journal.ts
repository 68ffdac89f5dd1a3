// SPDX-License-Identifier: MIT
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { acquireLock, type Lock } from '../../lib/locks/lock.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { type JournalRecord, journalRecord, type StartRecord } from './records.ts'

/** The journal's file name. */
export const JOURNAL = 'journal.jsonl'

interface ParsedJournal {
  readonly records: readonly JournalRecord[]
  /** Bytes up to the end of the last complete record. */
  readonly length: number
}

const parseRecord = (line: string): JournalRecord | undefined => {
  try {
    return journalRecord.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** The records of a journal, without a last line that a kill cut off. */
export const parseJournal = (bytes: Uint8Array): ParsedJournal => {
  const text = Buffer.from(bytes)
  const records: JournalRecord[] = []
  let at = 0
  for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, at)) {
    const line = text.subarray(at, end).toString('utf8')
    const parsed = parseRecord(line)
    if (!parsed) {
      // Only the last line may be incomplete; a damaged line before others means that something else wrote the file.
      if (text.indexOf(10, end + 1) >= 0) throw new HostError(`journal line ${records.length + 1} cannot be read`)
      break
    }
    records.push(parsed)
    at = end + 1
  }
  return { records, length: at }
}

const syncFolder = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r')
  await handle.sync()
  await handle.close()
}

// The lock of a killed bisection is released a moment after the kill.
const GRACE_MS = 5_000

const lockFolder = async (dir: string): Promise<Lock> => {
  try {
    return await acquireLock(join(dir, 'journal.lock'), { signal: AbortSignal.timeout(GRACE_MS) })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    throw new UsageError(`${dir}: another process is running this bisection`, 'wait until it ends, or stop it')
  }
}

/** The records so far, each on disk before it is used: a kill loses at most the run in progress. */
export class Journal {
  readonly dir: string
  readonly #handle: FileHandle
  readonly #lock: Lock
  readonly #records: JournalRecord[]

  private constructor(dir: string, handle: FileHandle, lock: Lock, records: readonly JournalRecord[]) {
    this.dir = dir
    this.#handle = handle
    this.#lock = lock
    this.#records = [...records]
  }

  /** Opens the journal of `dir`, which only one process at a time may write. */
  static async open(dir: string): Promise<Journal> {
    const lock = await lockFolder(dir)
    const path = join(dir, JOURNAL)
    const { records, length } = parseJournal(await readFile(path).catch(() => new Uint8Array()))
    const handle = await open(path, 'a')
    await handle.truncate(length)
    await syncFolder(dirname(path))
    return new Journal(dir, handle, lock, records)
  }

  get records(): readonly JournalRecord[] {
    return this.#records
  }

  get start(): StartRecord | undefined {
    const [first] = this.#records
    return first?.t === 'start' ? first : undefined
  }

  async add(record: JournalRecord): Promise<void> {
    await this.#handle.writeFile(`${JSON.stringify(record)}\n`)
    await this.#handle.sync()
    this.#records.push(record)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
    await this.#lock[Symbol.asyncDispose]()
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
  return parseJournal(await readFile(join(dir, JOURNAL))).records
}
