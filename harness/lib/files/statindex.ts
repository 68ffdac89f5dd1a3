// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { writeAtomic } from './atomic.ts'
import { isLocalDisk } from './localfs.ts'
import { type BytePath, type FileKind, type FileStat, type ListedFile, reading, type SeenFile, statOf } from './look.ts'

/** What a look at a folder leaves for the next look: the hash of each file under the stat that it had. */
export interface StatIndex {
  /** The file with its hash, when its stat shows that it did not change since it was read. */
  known(path: BytePath): ListedFile | undefined
  /** Remembers a file that was read after the index was opened. */
  learn(seen: SeenFile): void
  /** Keeps what was known or learned since the index was opened, and forgets all other files. */
  save(): Promise<void>
}

/** A hash, and the stamp of the file that had it. */
export interface KnownFile {
  readonly kind: FileKind
  readonly hash: string
  readonly stamp: string
}

/** The content of an index file. */
export interface Known {
  /** The folder, as it was named. */
  readonly dir: string
  /** When it was opened, before any file was read: milliseconds since 1970. */
  readonly madeAt: number
  readonly files: ReadonlyMap<BytePath, KnownFile>
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const HEAD = 'zsharness stat index 1'

/** The bytes of an index file: a checksum of the rest, then fields that end with NUL. */
export const formatIndex = ({ dir, madeAt, files }: Known): Buffer => {
  const lines = [`${HEAD}\0${Buffer.from(dir).toString('latin1')}\0${madeAt}\0`]
  for (const [path, { kind, hash, stamp }] of files) lines.push(`${kind}${hash}${stamp} ${path}\0`)
  const body = Buffer.from(lines.join(''), 'latin1')
  return Buffer.concat([Buffer.from(sha256(body)), body])
}

const HEX = 64

const parseFile = (line: string): readonly [BytePath, KnownFile] => {
  const space = line.indexOf(' ')
  const [kind, hash, stamp] = [line[0] as FileKind, line.slice(1, 1 + HEX), line.slice(1 + HEX, space)]
  return [line.slice(space + 1), { kind, hash, stamp }]
}

/** What an index file says; undefined when a byte of it is wrong or missing. */
export const parseIndex = (bytes: Buffer): Known | undefined => {
  const body = bytes.subarray(HEX)
  if (bytes.toString('latin1', 0, HEX) !== sha256(body)) return undefined
  const [head, dir, madeAt, ...lines] = body.toString('latin1').split('\0')
  // The checksum vouches for the rest.
  if (head !== HEAD) return undefined
  const files = new Map(lines.slice(0, -1).map(parseFile))
  return { dir: Buffer.from(dir!, 'latin1').toString(), madeAt: Number(madeAt), files }
}

/** The device of the folder; undefined when the host's clock does not set the times of its files. */
const deviceOf = (dir: string): bigint | undefined =>
  // The times in other file systems may be of another host's clock.
  isLocalDisk(dir) ? statSync(dir, { bigint: true }).dev : undefined

// A write through an old mapping gets its time when the page is written back: after 30 s, by default.
const MARGIN_MS = 60_000
const NS = 1_000_000n

/**
 * Whether a change after `nowMs` must give the file another stamp. A clock has ticks: a file that changes twice within one
 * has one stamp for two contents, as when the clock was set back to that tick.
 */
const isSettled = ({ latestNs }: FileStat, nowMs: number): boolean =>
  latestNs < BigInt(Math.floor(nowMs) - MARGIN_MS) * NS

const readKnown = (file: string, dir: string, nowMs: number): Known['files'] => {
  try {
    const known = parseIndex(readFileSync(file))
    // An index of later than now: the clock was set back, and may show the time of an old stamp again.
    if (known && known.dir === dir && known.madeAt <= nowMs) return known.files
  } catch {
    // No index, or none that can be read: every file is read instead.
  }
  return new Map()
}

/**
 * Opens the index `file` of the folder `dir`. It trusts a stat only when no change could have left it as it is: a
 * damaged index, one of another folder or of the future, and a file that changed shortly before it was read count for
 * nothing. `now` is for tests.
 */
export const openIndex = (file: string, dir: string, now: () => number = Date.now): StatIndex => {
  const device = reading(dir, '', () => deviceOf(dir))
  const openedAt = now()
  const old = readKnown(file, dir, openedAt)
  const files = new Map<BytePath, KnownFile>()
  let learned = 0
  const isTrusted = (stat: FileStat, nowMs: number): boolean => stat.dev === device && isSettled(stat, nowMs)
  return {
    known: (path) => {
      const known = old.get(path)
      if (known === undefined) return undefined
      const stat = reading(dir, path, () => statOf(dir, path))
      if (known.stamp !== stat.stamp || !isTrusted(stat, now())) return undefined
      files.set(path, known)
      return { path, kind: known.kind, hash: known.hash }
    },
    learn: (seen) => {
      const { path, kind, hash, stamp } = seen
      learned++
      // The clock may have been set back since.
      if (isTrusted(seen, Math.min(openedAt, now()))) files.set(path, { kind, hash, stamp })
      else files.delete(path)
    },
    save: async () => {
      if (learned === 0 && files.size === old.size) return
      await writeAtomic(file, formatIndex({ dir, madeAt: openedAt, files }))
    },
  }
}
