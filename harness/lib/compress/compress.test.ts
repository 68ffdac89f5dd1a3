// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { often } from '../../testing/often.ts'
import { type Bytes, DamagedError, inflateRaw, unpacked } from './index.ts'

const fixtures = join(import.meta.dirname, '../../splat/inputs/fixtures')
const text = readFileSync(join(fixtures, 'dmesg.log'))
const raw = (name: string): Buffer => readFileSync(join(fixtures, name))

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const readAll = async (bytes: Bytes) => {
  const chunks: Uint8Array[] = []
  let error: unknown
  try {
    for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
  } catch (caught) {
    error = caught
  }
  return { content: Buffer.concat(chunks), error }
}

const unpack = async (bytes: Uint8Array, size = 1000) => {
  const { bytes: content, compression } = await unpacked(chunked(bytes, size))
  return { compression, ...(await readAll(content)) }
}

const plain = await (async () => (await unpack(raw('dmesg.raw.xz'))).content)()
const FORMS = { gzip: gzipSync(plain), xz: raw('dmesg.raw.xz'), zstd: raw('dmesg.raw.zst') }

test('what is not compressed is passed on', async () => {
  expect(await unpack(text)).toEqual({ compression: undefined, content: text, error: undefined })
  expect(await unpack(Buffer.alloc(0))).toMatchObject({ content: Buffer.alloc(0), error: undefined })
})

describe.each(Object.entries(FORMS))('%s', (name, packed) => {
  test('is known by its content and unpacked, however it is chunked', async () => {
    expect(plain.toString()).toContain('BUG: KASAN')
    for (const size of [1, 7, 65_536])
      expect(await unpack(packed, size)).toEqual({ compression: name, content: plain, error: undefined })
  })

  test('members are joined, at whatever place a chunk ends', async () => {
    const both = Buffer.concat([packed, packed])
    const twice = Buffer.concat([plain, plain])
    for (const size of [1, packed.length - 1, packed.length, packed.length + 1, both.length])
      expect(await unpack(both, size)).toMatchObject({ content: twice, error: undefined })
  })

  test('a truncated one gives what is there, and an error', async () => {
    for (let at = 12; at < packed.length; at += often(61, 13)) {
      const { content, error } = await unpack(packed.subarray(0, at))
      expect(error).toEqual(new DamagedError('it is truncated'))
      expect(plain.subarray(0, content.length)).toEqual(content)
    }
    // Only the checksum is cut.
    expect((await unpack(packed.subarray(0, packed.length - 1))).content).toEqual(plain)
    const { content } = await unpack(Buffer.concat([packed, packed.subarray(0, packed.length - 1)]))
    expect(content.length).toBe(2 * plain.length)
  })

  test('a bit that is flipped is never read as if it were right', async () => {
    for (let at = 20; at < packed.length - 1; at += often(97, 29)) {
      const flipped = Buffer.from(packed)
      flipped[at]! ^= 4
      const { content, error } = await unpack(flipped)
      expect(error instanceof DamagedError || content.equals(plain)).toBe(true)
    }
  })

  test('an error of the source is passed on as it is', async () => {
    const broken = async function* () {
      yield packed.subarray(0, 40)
      throw new Error('EIO')
    }
    const { bytes } = await unpacked(broken())
    expect((await readAll(bytes)).error).toEqual(new Error('EIO'))
  })
})

test('padding after a member of xz and frames to skip of zstd are no content', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  expect(await unpack(Buffer.concat([FORMS.xz, Buffer.alloc(8), FORMS.xz, Buffer.alloc(4)]))).toMatchObject({
    content: Buffer.concat([plain, plain]),
    error: undefined,
  })
  expect(await unpack(Buffer.concat([skippable, FORMS.zstd, skippable]))).toMatchObject({
    compression: 'zstd',
    content: plain,
    error: undefined,
  })
})

test.each<[name: string, header: readonly number[], message: string]>([
  ['a window of 2 GiB', [0x00, 0xa8], 'its window is larger than 32 MiB'],
  ['a dictionary', [0x01, 0x58, 1], 'it needs a dictionary'],
  ['reserved bits', [0x08, 0x58], 'it is damaged'],
])('zstd with %s is refused', async (_, header, message) => {
  const { error } = await unpack(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header, ...Array(30).fill(1)]))
  expect(error).toBeInstanceOf(DamagedError)
  expect((error as Error).message).toContain(message)
})

test('a bomb is delivered in small chunks, and can be left', async () => {
  const bomb = gzipSync(Buffer.alloc(16 << 20))
  const { bytes } = await unpacked(chunked(bomb, 1 << 20))
  let chunks = 0
  for await (const chunk of bytes) {
    expect(chunk.length).toBeLessThan(1 << 20)
    chunks += 1
    if (chunks === 3) break
  }
  expect(chunks).toBe(3)
})

test('deflate without a header', async () => {
  expect(await readAll(inflateRaw(chunked(deflateRawSync(plain), 100)))).toEqual({ content: plain, error: undefined })
})
