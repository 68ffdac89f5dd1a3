// SPDX-License-Identifier: MIT
import { constants, createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tempBeside } from '../lib/files/atomic.ts'
import { type Backend, StoreFault } from './model.ts'

const MISSING = ['ENOENT', 'ENOTDIR']
const REFUSED = ['EACCES', 'EPERM', 'EROFS']

const explained = (error: unknown): unknown => {
  const { code, message } = error as NodeJS.ErrnoException
  return code !== undefined && REFUSED.includes(code) ? new StoreFault('refused', message) : error
}

/** Opens a file; undefined when it is missing. Anybody may have put a pipe there, of which a read would never end. */
const openFile = async (path: string): Promise<FileHandle | undefined> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && MISSING.includes(error.code)) return undefined
    throw explained(error)
  })
  if (handle === undefined || (await handle.stat()).isFile()) return handle
  await handle.close()
  throw new StoreFault('damaged', 'it is not a file')
}

/** A store in a folder, which other hosts may share. No lock: names appear by rename, and readers check what they name. */
export const folderBackend = (root: string): Backend => ({
  read: async (path) => (await openFile(join(root, path)))?.createReadStream(),
  sizeOf: async (path) => {
    const handle = await openFile(join(root, path))
    if (handle === undefined) return undefined
    try {
      return (await handle.stat()).size
    } finally {
      await handle.close()
    }
  },
  write: async (path: string, source: Readable, _size: number, signal: AbortSignal) => {
    const final = join(root, path)
    const temp = tempBeside(final)
    try {
      await mkdir(dirname(final), { recursive: true })
      await pipeline(source, createWriteStream(temp, { flags: 'wx', flush: true }), { signal })
      await rename(temp, final)
    } catch (error) {
      source.destroy()
      await rm(temp, { force: true }).catch(() => undefined)
      throw explained(error)
    }
  },
})
