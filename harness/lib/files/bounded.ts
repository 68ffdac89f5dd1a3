// SPDX-License-Identifier: MIT
import { open } from 'node:fs/promises'
import { UsageError } from '../../model/errors.ts'

const MIB = 1 << 20

/** The bytes of a file that a user named; a UsageError beyond `maxMiB`, so that /dev/zero cannot fill the memory. */
export const readBounded = async (path: string, maxMiB: number): Promise<Buffer> => {
  await using file = await open(path)
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: MIB })) {
    chunks.push(chunk as Buffer)
    total += (chunk as Buffer).length
    if (total > maxMiB * MIB) throw new UsageError(`${path}: larger than ${maxMiB} MiB`, 'is this the right file?')
  }
  return Buffer.concat(chunks)
}
