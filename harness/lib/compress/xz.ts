// SPDX-License-Identifier: MIT
import { ReadableStream } from 'node:stream/web'
import xzDecompress from 'xz-decompress'
import { ByteReader, type Bytes, DamagedError } from './source.ts'

// The decoder takes as much at once: then it has consumed all that it was given when a stream ends.
const PIECE = 64 * 1024

/** The codes of the decoder, xz-embedded. */
const REASONS: Readonly<Record<string, string>> = {
  4: 'it needs more memory than the decoder has',
  6: 'it uses a check or a filter that is not supported: unpack it with xz -d first',
  8: 'it is truncated',
}

const reason = (error: unknown): DamagedError => {
  const code = /error code (\d+)/.exec((error as Error).message)?.[1] ?? ''
  return new DamagedError(REASONS[code] ?? 'it is damaged')
}

const toWeb = (reader: ByteReader, onError: (error: unknown) => void): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      try {
        const piece = await reader.some(PIECE)
        // An empty piece, for ever: the decoder takes the lack of progress for a truncated file.
        controller.enqueue(piece)
      } catch (error) {
        onError(error)
        controller.error(error)
      }
    },
  })

// Streams may be padded with zeros; nothing follows the last one.
const hasMore = async (reader: ByteReader): Promise<boolean> => {
  for (let next = await reader.peek(1); next.length > 0; next = await reader.peek(1)) {
    if (next[0] !== 0) return true
    await reader.some(1)
  }
  return false
}

/** The content of an .xz file of any number of streams. */
export async function* unxz(source: Bytes): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source)
  let cause: unknown
  try {
    do {
      const web = toWeb(reader, (error) => {
        cause = error
      })
      for await (const chunk of new xzDecompress.XzReadableStream(web as never) as unknown as Bytes)
        if (chunk.length > 0) yield chunk
    } while (await hasMore(reader))
  } catch (error) {
    throw cause ?? reason(error)
  } finally {
    await reader.close()
  }
}
