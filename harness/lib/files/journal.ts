// SPDX-License-Identifier: MIT
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { acquireLock, type Lock } from '../locks/lock.ts'

/** The journal's file name. */
export const JOURNAL = 'journal.jsonl'

export interface ParsedRecords<R> {
  readonly records: readonly R[]
  /** Bytes up to the end of the last complete record. */
  readonly length: number
}

/** Reads one record; throws when it is none. */
export type ReadRecord<R> = (value: unknown) => R

const readLine = <R>(read: ReadRecord<R>, line: string): { readonly record: R } | undefined => {
  try {
    return { record: read(JSON.parse(line)) }
  } catch {
    return undefined
  }
}

const damagedAt = (place: string, line: number): HostError =>
  new HostError(
    `${place}: line ${line} cannot be read: something else wrote it, or the disk did`,
    'restore the file from a backup, or start anew in another folder',
  )

/** The records of a journal, without a last line that a kill cut off. Errors name it as `place`. */
export const parseRecords = <R>(bytes: Uint8Array, read: ReadRecord<R>, place = JOURNAL): ParsedRecords<R> => {
  const text = Buffer.from(bytes)
  const records: R[] = []
  let at = 0
  for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, at)) {
    const parsed = readLine(read, text.subarray(at, end).toString('utf8'))
    // A record is written with its end in one go: a kill leaves a last line without one, and no other fault.
    if (!parsed) throw damagedAt(place, records.length + 1)
    records.push(parsed.record)
    at = end + 1
  }
  return { records, length: at }
}

const syncFolder = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r')
  await handle.sync()
  await handle.close()
}

// The lock of a killed writer is released a moment after the kill.
const GRACE_MS = 5_000

const lockFolder = async (dir: string, what: string): Promise<Lock> => {
  try {
    return await acquireLock(join(dir, 'journal.lock'), { signal: AbortSignal.timeout(GRACE_MS) })
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
    throw new UsageError(`${dir}: another process is running this ${what}`, 'wait until it ends, or stop it')
  }
}

/** The records so far, each on disk before it is used: a kill loses at most what was in progress. */
export class RecordFile<R> {
  readonly dir: string
  readonly #handle: FileHandle
  readonly #lock: Lock
  readonly #records: R[]

  protected constructor(dir: string, handle: FileHandle, lock: Lock, records: readonly R[]) {
    this.dir = dir
    this.#handle = handle
    this.#lock = lock
    this.#records = [...records]
  }

  /** Opens the journal of `dir`, which only one process at a time may write. `what` says whose it is. */
  static async openRecords<R>(dir: string, what: string, read: ReadRecord<R>): Promise<RecordFile<R>> {
    return new RecordFile(...(await openParts(dir, what, read)))
  }

  get records(): readonly R[] {
    return this.#records
  }

  async add(record: R): Promise<void> {
    const { size } = await this.#handle.stat()
    try {
      await this.#handle.writeFile(`${JSON.stringify(record)}\n`)
      await this.#handle.sync()
    } catch (error) {
      // A full disk may have taken a part of it, which would spoil the next record.
      await this.#handle.truncate(size).catch(() => undefined)
      throw error
    }
    this.#records.push(record)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
    await this.#lock[Symbol.asyncDispose]()
  }
}

/** The file, cut to its complete records, to add to. */
const openAt = async (path: string, length: number): Promise<FileHandle> => {
  const handle = await open(path, 'a')
  try {
    await handle.truncate(length)
    await syncFolder(dirname(path))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** What a journal is made of: for classes that add to `RecordFile`. */
export const openParts = async <R>(
  dir: string,
  what: string,
  read: ReadRecord<R>,
): Promise<[string, FileHandle, Lock, readonly R[]]> => {
  const lock = await lockFolder(dir, what)
  try {
    const path = join(dir, JOURNAL)
    const { records, length } = parseRecords(await readFile(path).catch(() => new Uint8Array()), read, path)
    return [dir, await openAt(path, length), lock, records]
  } catch (error) {
    // Held, it would keep this process alive.
    await lock[Symbol.asyncDispose]()
    throw error
  }
}
