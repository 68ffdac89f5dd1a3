// SPDX-License-Identifier: MIT
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { type Duplex, PassThrough, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { execa } from 'execa'
import { UnpackSync } from 'tar'
import { builtEnv } from '../../lib/env.ts'
import { hasProgram, sh } from '../../lib/process/sh.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from './disk.ts'

/** What is wrong with an archive. The caller knows whose fault it is. */
export class ArchiveError extends Error {}

type Compression = 'xz' | 'gzip' | 'none'

const MAGIC: readonly { name: string; compression?: Compression; offset: number; hex: string }[] = [
  { name: 'xz', compression: 'xz', offset: 0, hex: 'fd377a585a00' },
  { name: 'gzip', compression: 'gzip', offset: 0, hex: '1f8b' },
  { name: 'tar', compression: 'none', offset: 257, hex: '7573746172' },
  { name: 'bzip2', offset: 0, hex: '425a68' },
  { name: 'zstd', offset: 0, hex: '28b52ffd' },
  { name: 'zip', offset: 0, hex: '504b0304' },
]

/** The compression of a tar archive, from its first bytes; throws an ArchiveError when it is not supported. */
export const compressionOf = (head: Buffer): Compression => {
  if (head.length === 0) throw new ArchiveError('the file is empty')
  const found = MAGIC.find(({ offset, hex }) => head.subarray(offset, offset + hex.length / 2).toString('hex') === hex)
  if (!found) throw new ArchiveError('it is not a tar archive')
  if (!found.compression)
    throw new ArchiveError(`${found.name} archives are not supported; repack it as .tar, .tar.gz or .tar.xz`)
  return found.compression
}

const readHead = async (file: string): Promise<Buffer> => {
  const handle = await open(file)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

const xzStream = (signal: AbortSignal): Duplex => {
  // With pipes at both ends, it ends when the harness does, even by SIGKILL.
  const xz = execa('xz', ['-dc', '-T0'], { ...builtEnv(), buffer: { stdout: false }, cancelSignal: signal })
  xz.catch(() => undefined)
  return xz.duplex({ from: 'stdout' })
}

const decompressor = (compression: Compression, signal: AbortSignal): Duplex => {
  if (compression === 'xz') return xzStream(signal)
  return compression === 'gzip' ? createGunzip() : new PassThrough()
}

/** Passes bytes on and reports how many so far. */
const meter = (onBytes: (total: number) => void): Transform => {
  let total = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length
      onBytes(total)
      done(null, chunk)
    },
  })
}

export interface ExtractOptions {
  readonly signal: AbortSignal
  readonly onProgress: (fraction: number) => void
  /** Extracts only entries with a path that passes. */
  readonly filter?: (path: string) => boolean
}

/** A tar reader that writes only below `dir` and treats every warning as an error. */
export const unpacker = (dir: string, options: Pick<ExtractOptions, 'filter'>) => {
  let ended = false
  // Measured on a kernel source: synchronous writes take half the time of writes through the thread pool.
  const unpack = new UnpackSync({
    cwd: dir,
    strict: true,
    preserveOwner: false,
    ...(options.filter ? { filter: options.filter } : {}),
  })
  unpack.on('eof', () => {
    ended = true
  })
  // An archive that is truncated between two entries lacks only its end mark.
  return { unpack, isWhole: () => ended }
}

const xzWords = (stderr: string): string | undefined => /^xz: .*: (.*)$/m.exec(stderr)?.[1]

/** Turns an error of an extraction into one that says what it means. */
export const explainArchive = async (
  error: unknown,
  dir: string,
  what: string,
  signal: AbortSignal,
): Promise<Error> => {
  if (signal.aborted) return new InterruptedError()
  if (error instanceof ArchiveError) return error
  if (isDiskFull(error)) return diskFull(dir, what, error)
  const { message, stderr } = error as Error & { stderr?: unknown }
  const text = typeof stderr === 'string' && stderr !== '' ? stderr : message
  const words = xzWords(text) ?? text
  return new ArchiveError(words.split('\n')[0] ?? 'unreadable')
}

/** Reads the index at the end of an .xz file, which finds a truncated file at once. */
const checkXzEnd = async (file: string): Promise<void> => {
  if (!(await hasProgram('xz'))) throw new HostError('this host lacks xz', 'run: apt-get install xz-utils')
  const { exitCode, stderr } = await sh`xz --list --robot -- ${file}`
  if (exitCode !== 0)
    throw new ArchiveError(`it is truncated or damaged: ${xzWords(stderr) ?? 'its index cannot be read'}`)
}

/** Extracts a .tar, .tar.gz or .tar.xz file below `dir`; throws an ArchiveError unless it is complete. */
export const extractArchive = async (file: string, dir: string, options: ExtractOptions): Promise<void> => {
  const compression = compressionOf(await readHead(file))
  if (compression === 'xz') await checkXzEnd(file)
  const { size } = await stat(file)
  const { unpack, isWhole } = unpacker(dir, options)
  const { signal } = options
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      meter((bytes) => options.onProgress(Math.min(bytes / size, 0.999))),
      decompressor(compression, signal),
      unpack as unknown as NodeJS.WritableStream,
      { signal },
    )
    if (!isWhole()) throw new ArchiveError('it is truncated: the end mark of the archive is missing')
  } catch (error) {
    throw await explainArchive(error, dir, `the sources of ${file}`, signal)
  }
  options.onProgress(1)
}
