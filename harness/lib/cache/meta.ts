// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJson } from '../files/atomic.ts'
import { sha256Of } from '../files/hash.ts'

interface Checked {
  readonly sha256?: unknown
  readonly meta?: unknown
}

/** The file that makes a folder of the cache an entry. */
export const metaFile = (root: string, key: string): string => join(root, `${key}.json`)

// The disk may have changed any byte of it, and the result may still be JSON.
const parseMeta = (text: string): unknown => {
  try {
    const { sha256, meta } = JSON.parse(text) as Checked
    return sha256 === sha256Of(JSON.stringify(meta)) ? meta : undefined
  } catch {
    return undefined
  }
}

const readFrom = async (path: string): Promise<unknown> => parseMeta(await readFile(path, 'utf8').catch(() => ''))

/** What is stored about an entry; undefined when there is none, and when the file is damaged. */
export const readMeta = async <Meta>(root: string, key: string): Promise<Meta | undefined> =>
  (await readFrom(metaFile(root, key))) as Meta | undefined

/** Stores it with its own checksum. */
export const writeMeta = (root: string, key: string, meta: unknown): Promise<void> =>
  writeJson(metaFile(root, key), { sha256: sha256Of(JSON.stringify(meta)), meta })

/** What is stored about every entry below `root`; damaged ones are left out. */
export const readMetas = async <Meta>(root: string): Promise<readonly Meta[]> => {
  const names = (await readdir(root).catch(() => [])).filter((name) => name.endsWith('.json'))
  const metas = await Promise.all(names.map((name) => readFrom(join(root, name))))
  return metas.filter((meta) => meta !== undefined) as Meta[]
}
