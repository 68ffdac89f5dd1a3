// SPDX-License-Identifier: MIT
import { open } from 'node:fs/promises'
import { HostError } from '../../model/errors.ts'

/** A stream that can be held back: the output of a process, a socket. */
export interface LogSource {
  pause(): unknown
  resume(): unknown
}

/** A log that is written while something runs. */
export interface LogFile extends AsyncDisposable {
  /** Appends `chunk`; pauses `source` while more than 1 MiB waits for the disk. */
  write(chunk: Uint8Array, source: LogSource): void
  /** Whether a source is paused now, because the disk is slower than it. */
  readonly behind: boolean
  /** Aborts when a write fails; whatever produces the log should then be stopped. */
  readonly failed: AbortSignal
  /** Waits until every byte is in the file and the file is closed; throws the HostError of a write that failed. */
  close(): Promise<void>
}

const BUFFER = 1 << 20

const ELSEWHERE = 'or put the results elsewhere: --results DIR'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: `free space on that disk, ${ELSEWHERE}`,
  EDQUOT: `free space within your quota, ${ELSEWHERE}`,
  EACCES: `make the file and its folder writable, ${ELSEWHERE}`,
  EPERM: `make the file and its folder writable, ${ELSEWHERE}`,
  EROFS: `remount the file system read-write, ${ELSEWHERE}`,
  ENOENT: 'its folder is missing: run again, and keep the folder while the run lasts',
  ENOTDIR: 'a part of the path is a file: remove it, then run again',
  EISDIR: 'a folder has that name: remove it, then run again',
}

const writeError = (path: string, error: NodeJS.ErrnoException): HostError =>
  new HostError(
    `cannot write ${path}: ${error.message}`,
    REMEDIES[error.code ?? ''] ?? `check that disk (dmesg), ${ELSEWHERE}`,
    error,
  )

/** Opens a log to append to it or to replace it; throws a HostError when the file cannot be opened. */
export const openLog = async (path: string, mode: 'append' | 'replace'): Promise<LogFile> => {
  const handle = await open(path, mode === 'append' ? 'a' : 'w').catch((error) => {
    throw writeError(path, error)
  })
  const stream = handle.createWriteStream({ highWaterMark: BUFFER })
  const failure = new AbortController()
  const paused = new Set<LogSource>()
  const resumeAll = (): void => {
    for (const source of paused) source.resume()
    paused.clear()
  }
  stream.on('drain', resumeAll)
  stream.on('error', (error) => {
    failure.abort(writeError(path, error))
    // A source left paused would never end.
    resumeAll()
  })
  const end = async (): Promise<void> => {
    stream.end()
    resumeAll()
    if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', resolve))
  }
  let ended: Promise<void> | undefined
  const close = async (): Promise<void> => {
    ended ??= end()
    await ended
    failure.signal.throwIfAborted()
  }
  return {
    write: (chunk, source) => {
      if (!stream.writable || stream.write(chunk)) return
      source.pause()
      paused.add(source)
    },
    get behind() {
      return paused.size > 0
    },
    failed: failure.signal,
    close,
    [Symbol.asyncDispose]: () => close().catch(() => undefined),
  }
}
