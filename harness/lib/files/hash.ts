// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** sha256 of a file's bytes, as 64 hex digits. */
export const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** sha256 of a text or bytes, as 64 hex digits. */
export const sha256Of = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')

/** A short content key: the first 16 hex digits of sha256 over the parts, each framed by its length. */
export const contentKey = (...parts: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex').slice(0, 16)
}
