// SPDX-License-Identifier: MIT
import { once } from 'node:events'
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib'
import { ByteReader, type Bytes, DamagedError } from './source.ts'

// A piece expands to at most 1032 times its size, which bounds what waits for the reader.
const PIECE = 8 * 1024

const reason = (error: NodeJS.ErrnoException): DamagedError =>
  error.code === 'Z_BUF_ERROR'
    ? new DamagedError('it is truncated')
    : new DamagedError(`it is damaged: ${error.message}`)

/** Inflates piece by piece: an error of the stream would discard what it has inflated but not delivered. */
async function* inflate(source: Bytes, stream: Gunzip | InflateRaw): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  let failure: NodeJS.ErrnoException | undefined
  const drain = (): void => {
    for (let chunk: Buffer | null = stream.read(); chunk !== null; chunk = stream.read()) ready.push(chunk)
  }
  stream.on('readable', drain)
  stream.on('error', (error) => {
    failure = error
  })
  const settled = (act: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      stream.once('error', () => resolve())
      act(resolve)
    })
  const reader = new ByteReader(source)
  try {
    for (let piece = await reader.some(PIECE); failure === undefined && piece.length > 0; ) {
      const input = piece
      await settled((done) => stream.write(input, done))
      drain()
      stream.removeAllListeners('error').on('error', (error) => {
        failure = error
      })
      yield* ready.splice(0)
      piece = await reader.some(PIECE)
    }
    if (failure === undefined) {
      stream.end()
      await once(stream, 'end').catch(() => undefined)
    }
    yield* ready.splice(0)
    if (failure !== undefined) throw reason(failure)
  } finally {
    stream.destroy()
    await reader.close()
  }
}

/** The content of a .gz file of any number of members. */
export const gunzip = (source: Bytes): Bytes => inflate(source, createGunzip())

/** The content of a deflate stream without a header. */
export const inflateRaw = (source: Bytes): Bytes => inflate(source, createInflateRaw())
