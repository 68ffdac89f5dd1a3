// SPDX-License-Identifier: MIT
import { Decompress } from 'fzstd'
import makeXxhash from 'xxhash-wasm'
import { ByteReader, type Bytes, DamagedError } from './source.ts'

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a5
/** fzstd finds nothing that is further back. Levels up to 19 use 8 MiB. */
const MAX_WINDOW = 2 ** 25
const MAX_HEADER = 18
const TRUNCATED = 'it is truncated'

interface Frame {
  readonly header: Uint8Array
  readonly window: number
  readonly checksum: boolean
}

const word = (bytes: Uint8Array): number => Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE()

// RFC 8878, 3.1.1.1.
const readFrame = (head: Uint8Array): Frame => {
  const flags = head[4]!
  const single = (flags >> 5) & 1
  if ((flags & 8) !== 0) throw new DamagedError('it is damaged')
  if ((flags & 3) !== 0) throw new DamagedError('it needs a dictionary: unpack it with zstd -d -D FILE first')
  const sizeBytes = flags >> 6 === 0 ? single : 1 << (flags >> 6)
  const length = 6 - single + sizeBytes
  if (head.length < length) throw new DamagedError(TRUNCATED)
  const log = 10 + (head[5]! >> 3)
  let size = flags >> 6 === 1 ? 256 : 0
  for (let i = 0; i < sizeBytes; i += 1) size += head[6 - single + i]! * 256 ** i
  const window = single === 1 ? size : 2 ** log + (2 ** log / 8) * (head[5]! & 7)
  return { header: head.subarray(0, length), window, checksum: (flags & 4) !== 0 }
}

const NOTHING = new Uint8Array(0)

const padded = (bytes: Uint8Array, length: number): Uint8Array | undefined =>
  bytes.length < length ? undefined : bytes

const enough = (bytes: Uint8Array | undefined): Uint8Array => {
  if (bytes === undefined) throw new DamagedError(TRUNCATED)
  return bytes
}

/** Where a block ends that begins with these three bytes. */
const sizeOf = (head: Uint8Array): number => {
  const isRle = ((head[0]! >> 1) & 3) === 1
  return 3 + (isRle ? 1 : (head[0]! >> 3) | (head[1]! << 5) | (head[2]! << 13))
}

// fzstd takes no notice of checksums, and decodes most damage into other text.
async function* readBlocks(reader: ByteReader, frame: Frame): AsyncGenerator<Uint8Array> {
  const hash = (await makeXxhash()).create64()
  const ready: Uint8Array[] = []
  const stream = new Decompress((chunk) => {
    hash.update(chunk)
    if (chunk.length > 0) ready.push(chunk)
  })
  // The decoder waits for more than the smallest frames have, unless it knows that the frame ends.
  let before = frame.header
  for (let last = false; !last; before = NOTHING) {
    const size = sizeOf(enough(padded(await reader.peek(3), 3)))
    const block = enough(await reader.take(size))
    last = (block[0]! & 1) === 1
    const check = last && frame.checksum ? await reader.take(4) : NOTHING
    let isDamaged = false
    try {
      stream.push(Buffer.concat([before, block, check ?? NOTHING]), last)
    } catch {
      isDamaged = check !== undefined
    }
    yield* ready.splice(0)
    if (isDamaged) throw new DamagedError('it is damaged')
    if (enough(check).length > 0 && word(check!) !== Number(hash.digest() & 0xffffffffn))
      throw new DamagedError('it is damaged: its checksum does not match')
  }
}

async function* readFrames(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let head = await reader.peek(MAX_HEADER); head.length > 0; head = await reader.peek(MAX_HEADER)) {
    if (head.length < 6) throw new DamagedError(TRUNCATED)
    if (word(head) >>> 4 === SKIPPABLE) {
      if (!(await reader.skip(8 + word(enough((await reader.peek(8)).subarray(4)))))) throw new DamagedError(TRUNCATED)
      continue
    }
    if (word(head) !== MAGIC) throw new DamagedError('after its end it has bytes that are not zstd')
    const frame = readFrame(head)
    if (frame.window > MAX_WINDOW)
      throw new DamagedError(
        `its window is larger than ${MAX_WINDOW >> 20} MiB: unpack it with zstd -d --long=31 first`,
      )
    await reader.take(frame.header.length)
    yield* readBlocks(reader, frame)
  }
}

/** The content of a .zst file of any number of frames. */
export async function* unzstd(source: Bytes): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source)
  try {
    yield* readFrames(reader)
  } finally {
    await reader.close()
  }
}
