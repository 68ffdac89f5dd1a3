// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import { MAX_MIB } from './files.ts'

const read = async (): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk))
    bytes += (chunk as Buffer).length
    if (bytes > MAX_MIB << 20) throw new UsageError(`-: larger than ${MAX_MIB} MiB`, 'is this a patch?')
  }
  if (bytes === 0) throw new UsageError('-: standard input is empty', 'pipe a patch or an mbox to it')
  return Buffer.concat(chunks)
}

let text: Promise<Buffer> | undefined

/** The bytes of standard input. It can be read once; with --watch a run may ask again. */
export const readStdin = (): Promise<Buffer> => {
  text ??= read()
  return text
}
