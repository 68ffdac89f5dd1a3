// SPDX-License-Identifier: MIT
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Bytes, DamagedError, unpacked } from '../lib/compress/index.ts'
import { sha256Of } from '../lib/files/hash.ts'
import type { Fault } from './fault.ts'
import { type Bounds, readTar } from './tar.ts'

/** Far more than a kernel with all debug information has. */
const BOUNDS: Bounds = { bytes: 512 << 20, files: 1000 }

/** What was unpacked. */
export interface Unpacked {
  /** Of the archive. */
  readonly sha256: string
  readonly files: ReadonlyMap<string, { readonly sha256: string; readonly bytes: number; readonly executable: boolean }>
}

async function* hashed(source: Bytes, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.update(chunk)
    yield chunk
  }
}

const isUnreadable = (error: unknown): error is NodeJS.ErrnoException =>
  /^(?:ENOENT|EACCES|EISDIR|ENOTDIR|ELOOP|ENAMETOOLONG)$/.test((error as NodeJS.ErrnoException).code ?? '')

const writeFiles = async (bytes: Bytes, dir: string, fault: Fault, bounds: Bounds): Promise<Unpacked['files']> => {
  const files = new Map<string, { sha256: string; bytes: number; executable: boolean }>()
  for await (const { path, data, executable = false } of readTar(bytes, bounds, fault)) {
    const to = join(dir, path)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, data, { flag: 'wx', mode: executable ? 0o755 : 0o644 })
    files.set(path, { sha256: sha256Of(data), bytes: data.length, executable })
  }
  return files
}

/** Opens the file. Of a pipe a read would never end. */
const openFile = async (file: string, fault: Fault): Promise<FileHandle> => {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw fault('it is no file, but a folder, a pipe or a device')
}

/** Unpacks a bundle into an empty folder; throws the fault for whatever is no bundle of ours. */
export const unpackBundle = async (file: string, dir: string, fault: Fault, bounds = BOUNDS): Promise<Unpacked> => {
  const hash = createHash('sha256')
  try {
    await using handle = await openFile(file, fault)
    const { bytes, compression } = await unpacked(hashed(handle.createReadStream({ autoClose: false }), hash))
    if (compression !== 'zstd') throw fault('it is no zstd archive, as a bundle is')
    const files = await writeFiles(bytes, dir, fault, bounds)
    return { sha256: hash.digest('hex'), files }
  } catch (error) {
    if (error instanceof DamagedError) throw fault(error.message, error)
    if (isUnreadable(error)) throw fault(`cannot be read (${error.code})`, error)
    // A file where a folder has to be.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fault('a path in it is a file and a folder', error)
    throw error
  }
}
