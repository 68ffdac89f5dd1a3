// SPDX-License-Identifier: MIT
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ByteReader, type Bytes, inflateRaw, unpacked } from '../../lib/compress/index.ts'
import { type Found, filesBelow } from '../../lib/files/walk.ts'
import { FOREIGN_BYTES, foreignKind, isBinary } from '../../splat/inputs/foreign.ts'
import { isPstoreName, type PstorePart, pstoreDumps } from '../../splat/inputs/pstore.ts'

/** One log: a file, or the files that it is the text of, in order. */
export interface Log {
  readonly name: string
  readonly paths: readonly string[]
  /** Found in a folder: it may be anything. */
  readonly isFound: boolean
}

/** What was named, and cannot be read or is no log. */
export interface NoLog {
  readonly path: string
  readonly problem: string
  /** Nothing of a log can be missing. */
  readonly isHarmless: boolean
}

const READ_BYTES = 1 << 20
const BINARY_BYTES = 4096

/** The file holds no text of a log. */
export class ForeignError extends Error {
  readonly isHarmless: boolean

  constructor(message: string, isHarmless: boolean) {
    super(message)
    this.isHarmless = isHarmless
  }
}

const openBytes = (path: string): Bytes =>
  path === '-' ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES })

// The kernel could not decompress what an earlier one has stored, and says so by this ending. No magic number tells how.
const isStoredCompressed = (path: string): boolean => path.endsWith('.enc.z')

const contentOf = async (path: string): Promise<Bytes> => {
  const { bytes, compression } = await unpacked(openBytes(path))
  return compression === undefined && isStoredCompressed(path) ? inflateRaw(bytes) : bytes
}

/** The text of a file, unpacked; throws a ForeignError when it is none. */
export async function* textOf(path: string, isFound: boolean): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(await contentOf(path))
  try {
    const foreign = foreignKind(await reader.peek(FOREIGN_BYTES))
    if (foreign !== undefined) {
      const remedy = foreign.remedy.replace('FILE', path)
      throw new ForeignError(`${foreign.what}\n  -> ${remedy}`, isFound && foreign.isNoLog === true)
    }
    if (isFound && isBinary(await reader.peek(BINARY_BYTES))) throw new ForeignError('it is binary: skipped', true)
    yield* reader
  } finally {
    await reader.close()
  }
}

const firstLine = async (path: string): Promise<string> => {
  try {
    const reader = new ByteReader(await contentOf(path))
    const head = Buffer.from(await reader.peek(80))
    await reader.close()
    return head.toString('latin1')
  } catch {
    return ''
  }
}

// The shell understands this too: `cat` of it prints the text whose lines are counted.
const nameOf = (dir: string, names: readonly string[]): string =>
  names.length === 1 ? join(dir, names[0]!) : `${dir}/{${names.join(',')}}`

/** The dumps of pstore among the files of one folder, by the path of each of their parts. */
const dumpsAmong = async (dir: string, names: readonly string[]): Promise<ReadonlyMap<string, Log>> => {
  const parts: PstorePart[] = []
  for (const name of names) if (isPstoreName(name)) parts.push({ name, first: await firstLine(join(dir, name)) })
  const logs = new Map<string, Log>()
  for (const dump of pstoreDumps(parts)) {
    const paths = dump.map((part) => join(dir, part))
    const log = { name: nameOf(dir, dump), paths, isFound: true }
    for (const path of paths) logs.set(path, log)
  }
  return logs
}

async function* logsBelow(root: string): AsyncGenerator<Log | NoLog> {
  const found: Found[] = []
  const folders = new Map<string, string[]>()
  for await (const one of filesBelow(root)) {
    found.push(one)
    const dir = dirname(one.path)
    const names = folders.get(dir) ?? []
    folders.set(dir, names)
    if (one.problem === undefined) names.push(basename(one.path))
  }
  const dumps = new Map<string, Log>()
  for (const [dir, files] of folders) for (const [path, log] of await dumpsAmong(dir, files)) dumps.set(path, log)
  const given = new Set<Log>()
  for (const { path, problem, isSpecial } of found) {
    const log = dumps.get(path) ?? { name: path, paths: [path], isFound: true }
    if (problem !== undefined) yield { path, problem, isHarmless: isSpecial === true }
    else if (!given.has(log)) yield log
    given.add(log)
  }
}

/** The logs of what the user named: files, folders, `-`. */
export async function* findLogs(names: readonly string[]): AsyncGenerator<Log | NoLog> {
  for (const name of names) {
    const isFolder = name !== '-' && (await stat(name).catch(() => undefined))?.isDirectory() === true
    if (isFolder) yield* logsBelow(name)
    else yield { name, paths: [name], isFound: false }
  }
}
