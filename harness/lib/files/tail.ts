// SPDX-License-Identifier: MIT
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

const POLL_MS = 200
const READ_BYTES = 1 << 18

interface TailOptions {
  /** Ends it. */
  readonly signal: AbortSignal
  readonly note: (text: string) => void
}

/** The file began anew: another one has its name, or it was truncated. */
export const RESTART = Symbol('restart')

type Piece = Uint8Array | typeof RESTART

const sleep = (signal: AbortSignal): Promise<unknown> =>
  setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined)

const openWhenThere = async (path: string, { signal, note }: TailOptions): Promise<FileHandle | undefined> => {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      return await open(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      if (tries === 0) note('does not exist yet: waiting for it')
    }
    await sleep(signal)
  }
  return undefined
}

/** Yields what the file has from `position` on. */
async function* rest(handle: FileHandle, position: number): AsyncGenerator<Uint8Array> {
  for (let at = position; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

const isReplaced = async (path: string, handle: FileHandle): Promise<boolean> => {
  const own = await handle.stat()
  const named = await stat(path).catch(() => undefined)
  return named !== undefined && (named.ino !== own.ino || named.dev !== own.dev)
}

/** Follows one file until another one has its name. */
async function* tailOne(path: string, handle: FileHandle, signal: AbortSignal): AsyncGenerator<Piece> {
  let position = 0
  while (!signal.aborted) {
    // Asked before the file is read to its end: then nothing that was written to it is missed.
    const replaced = await isReplaced(path, handle)
    if ((await handle.stat()).size < position) {
      position = 0
      yield RESTART
    }
    for await (const chunk of rest(handle, position)) {
      position += chunk.length
      yield chunk
      if (signal.aborted) return
    }
    if (replaced) return
    await sleep(signal)
  }
}

async function* streamed(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Yields what a file has and what is added to it, as `tail -F` does: it survives that the file is replaced or truncated. */
export async function* tailFile(path: string, options: TailOptions): AsyncGenerator<Piece> {
  const { signal, note } = options
  const kind = await stat(path).catch(() => undefined)
  if (kind !== undefined && !kind.isFile() && !kind.isDirectory()) return yield* streamed(path, signal)
  for (let files = 0; !signal.aborted; files += 1) {
    const handle = await openWhenThere(path, options)
    if (handle === undefined) return
    try {
      if (files > 0) {
        note('was replaced: reading the new file')
        yield RESTART
      }
      yield* tailOne(path, handle, signal)
    } finally {
      await handle.close()
    }
  }
}
