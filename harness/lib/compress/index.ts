// SPDX-License-Identifier: MIT
import { gunzip, inflateRaw } from './gzip.ts'
import { ByteReader, type Bytes } from './source.ts'

export { ByteReader, type Bytes, DamagedError } from './source.ts'

interface Compression {
  readonly name: string
  readonly begins: (head: Buffer) => boolean
  readonly load: () => Promise<(source: Bytes) => Bytes>
}

const hex =
  (...starts: readonly string[]) =>
  (head: Buffer): boolean =>
    starts.some((start) => head.toString('hex', 0, start.length / 2) === start)

// Known by what they begin with: names lie. A decoder is loaded for a file of its kind alone: it takes longer than a small log.
const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', begins: hex('1f8b08'), load: async () => gunzip },
  { name: 'xz', begins: hex('fd377a585a00'), load: async () => (await import('./xz.ts')).unxz },
  // pzstd begins with a frame to skip.
  {
    name: 'zstd',
    begins: (head) => hex('28b52ffd')(head) || /^5[0-9a-f]2a4d18/.test(head.toString('hex', 0, 4)),
    load: async () => (await import('./zstd.ts')).unzstd,
  },
]

const HEAD_BYTES = 8

/** The content of a stream that may be compressed, and how it was. */
export const unpacked = async (source: Bytes): Promise<{ readonly bytes: Bytes; readonly compression?: string }> => {
  const reader = new ByteReader(source)
  const head = Buffer.from(await reader.peek(HEAD_BYTES))
  const found = COMPRESSIONS.find(({ begins }) => begins(head))
  return found === undefined ? { bytes: reader } : { bytes: (await found.load())(reader), compression: found.name }
}

export { inflateRaw }
