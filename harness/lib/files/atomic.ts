// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A new name beside `path`. Process ids repeat: two containers may share a folder. */
export const tempBeside = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`

/** Whether a killed process may have left a file of this name. */
export const isTempName = (name: string): boolean => /\.[0-9a-f]{12}\.tmp$/.test(name)

/** Writes the whole file or nothing, however the process ends. */
export const writeAtomic = async (path: string, data: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  const temp = tempBeside(path)
  try {
    const handle = await open(temp, 'w')
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temp, path)
  } catch (error) {
    await rm(temp, { force: true })
    throw error
  }
}

/** Writes indented JSON with a final newline, atomically. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`)
