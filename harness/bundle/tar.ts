// SPDX-License-Identifier: MIT
import { Header } from 'tar'
import { ByteReader, type Bytes } from '../lib/compress/index.ts'
import type { Fault } from './fault.ts'
import { isBundlePath } from './path.ts'

/** One file of a bundle. */
export interface BundleFile {
  readonly path: string
  readonly data: Uint8Array
  /** Whether it is a program. */
  readonly executable?: boolean
}

/** The most that a bundle unpacks to, and the most files that it may have. */
export interface Bounds {
  readonly bytes: number
  readonly files: number
}

const BLOCK = 512
// A fixed time: the archive of the same files is the same.
const MTIME = new Date(0)

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

const headerOf = ({ path, data, executable }: BundleFile): Buffer => {
  const block = Buffer.alloc(BLOCK)
  const mode = executable ? 0o755 : 0o644
  const needsPax = new Header({
    ...{ path, mode, uid: 0, gid: 0, size: data.length, mtime: MTIME, type: 'File' },
  }).encode(block)
  if (needsPax) throw new RangeError(`${path}: does not fit into the header of a tar`)
  return block
}

/** The order of a bundle's files. */
export const byPath = (a: BundleFile, b: BundleFile): number => (a.path < b.path ? -1 : 1)

/** A tar of these files: sorted, of one owner and time, so that equal files make equal bytes. */
export const writeTar = (files: readonly BundleFile[]): Buffer => {
  const parts = [...files]
    .sort(byPath)
    .flatMap((file) => [headerOf(file), file.data, Buffer.alloc(padding(file.data.length))])
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

/** The header in a block. The library throws for a number that is too large for JavaScript. */
const headerIn = (block: Uint8Array, fault: Fault): Header => {
  try {
    return new Header(Buffer.from(block))
  } catch (error) {
    throw fault(`it is damaged: an entry of its tar cannot be read: ${(error as Error).message}`, error)
  }
}

const readHeader = (block: Uint8Array, before: string, fault: Fault): Header => {
  const header = headerIn(block, fault)
  if (!header.cksumValid) throw fault('it is damaged: an entry of its tar has a wrong checksum')
  const path = header.path ?? ''
  if (!isBundlePath(path)) throw fault(`it has an entry ${JSON.stringify(path)}, which may leave the folder`)
  if (header.type !== 'File' || (header.linkpath ?? '') !== '')
    throw fault(`${path} is a ${header.type}, and no plain file`)
  if (path <= before) throw fault(`${path} is there twice, or not in its place`)
  return header
}

const isZero = (block: Uint8Array): boolean => block.every((byte) => byte === 0)

const requireEnd = async (reader: ByteReader, fault: Fault): Promise<void> => {
  const second = await reader.take(BLOCK)
  if (second === undefined) throw fault('it is truncated')
  if (!isZero(second) || (await reader.some(1)).length > 0) throw fault('it has bytes after the end of its tar')
}

/** Reads the files of a bundle's tar, each whole; throws the fault for all that `writeTar` does not write. */
export async function* readTar(source: Bytes, bounds: Bounds, fault: Fault): AsyncGenerator<BundleFile> {
  const reader = new ByteReader(source)
  // In pieces: to wait for a large file as a whole would copy it with every piece that comes.
  const take = async (size: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    for (let left = size; left > 0; left -= parts.at(-1)!.length) {
      const part = await reader.some(left)
      if (part.length === 0) throw fault('it is truncated')
      parts.push(part)
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
  try {
    let [left, files, before] = [bounds.bytes, 0, '']
    for (let block = await take(BLOCK); !isZero(block); block = await take(BLOCK)) {
      const header = readHeader(block, before, fault)
      const [path, size] = [header.path!, header.size ?? 0]
      left -= size
      files += 1
      if (left < 0 || files > bounds.files)
        throw fault(`it unpacks to more than ${bounds.bytes >> 20} MiB or ${bounds.files} files`)
      const data = await take(size)
      await take(padding(size))
      before = path
      yield { path, data, executable: ((header.mode ?? 0) & 0o100) !== 0 }
    }
    await requireEnd(reader, fault)
  } finally {
    await reader.close()
  }
}
