// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Content, StoreFault } from './model.ts'

/** Passes bytes on, and knows what passed. */
export interface Meter {
  readonly stream: Transform
  readonly content: () => Content
}

/** A meter that fails as soon as more than `most` bytes come. */
export const meter = (most: number, moved: (bytes: number) => void): Meter => {
  const hash = createHash('sha256')
  let size = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > most) return done(new StoreFault('damaged', `it has more than ${most} bytes`))
      hash.update(chunk)
      moved(chunk.length)
      done(null, chunk)
    },
  })
  return { stream, content: () => ({ sha256: hash.copy().digest('hex'), size }) }
}

/** The content of a file on this host. */
export const contentOf = async (file: string, signal: AbortSignal): Promise<Content> => {
  const { stream, content } = meter(Number.POSITIVE_INFINITY, () => undefined)
  stream.resume()
  await pipeline(createReadStream(file), stream, { signal })
  return content()
}

/** All of a small stream as text. */
export const textOf = async (source: Readable, most: number): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  // A loop that is left destroys the stream.
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new StoreFault('damaged', `it has more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
