// SPDX-License-Identifier: MIT
import { basename, resolve } from 'node:path'
import { readBounded } from '../../lib/files/bounded.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { UsageError } from '../../model/errors.ts'
import { parseDiff } from './diff.ts'
import { holdsDiff, isMail, type Mail, readMails } from './mbox.ts'
import type { Patch } from './model.ts'

const lineAt = (bytes: Buffer, offset: number): number =>
  bytes.subarray(0, offset).toString('latin1').split('\n').length

const utf8 = new TextDecoder('utf-8', { fatal: true })

const firstBadLine = (bytes: Buffer): number => {
  const isBad = (line: string): boolean => {
    try {
      utf8.decode(Buffer.from(line, 'latin1'))
      return false
    } catch {
      return true
    }
  }
  return bytes.toString('latin1').split('\n').findIndex(isBad) + 1
}

/** The text of a patch file; throws a UsageError where it cannot be one. */
export const textOf = (file: string, bytes: Buffer): string => {
  if (bytes.length === 0) throw new UsageError(`${file}: the file is empty`, 'give a patch or an mbox')
  const nul = bytes.indexOf(0)
  if (nul >= 0)
    throw new UsageError(
      `${file}:${lineAt(bytes, nul)}: binary data: this is not a patch`,
      'give an uncompressed patch or mbox: git format-patch makes one',
    )
  const bad = firstBadLine(bytes)
  if (bad > 0) throw new UsageError(`${file}:${bad}: not UTF-8`, 'convert it, for instance: iconv -f latin1 -t utf-8')
  const text = bytes.toString('utf8')
  const crlf = text.split('\n').findIndex((line) => /^(diff --git |--- |@@ |Subject: ).*\r$/.test(line)) + 1
  if (crlf > 0)
    throw new UsageError(
      `${file}:${crlf}: lines end in CRLF, but the kernel's files end them in LF`,
      `convert it: sed -i 's/\\r$//' ${file}`,
    )
  return text
}

/** The number of lines before `diff` in the file; 0 when the mail was encoded, so that its lines are not the file's. */
const linesBefore = (text: string, diff: string): number => {
  const at = text.indexOf(diff.slice(0, 2_000).trimEnd())
  return at < 0 ? 0 : text.slice(0, at).split('\n').length - 1
}

type MaybeMail = Pick<Mail, 'subject' | 'diff'> & Partial<Mail>

const toPatch = (file: string, text: string, { subject, diff, mail }: MaybeMail): Patch => {
  const firstLine = linesBefore(text, diff)
  const { problem } = parseDiff(diff)
  if (problem) {
    const { line, message, hint } = problem
    const place = firstLine > 0 || text === diff ? `${file}:${line + firstLine}` : `${file}: diff line ${line}`
    throw new UsageError(`${place}: ${message}`, hint)
  }
  return { file, subject, sha256: sha256Of(diff), text: diff, firstLine, reverse: false, ...(mail ? { mail } : {}) }
}

// The whole diff of a release has 70 MiB.
export const MAX_MIB = 100

/** Every patch in the bytes of a file, or of what `place` names: one for a diff or a mail, several for an mbox. */
export const patchesIn = async (place: string, bytes: Buffer): Promise<readonly Patch[]> => {
  const text = textOf(place, bytes)
  const mails: readonly MaybeMail[] = isMail(text)
    ? await readMails(place, text)
    : [{ subject: basename(place), diff: text }].filter(holdsDiff)
  if (mails.length === 0) throw new UsageError(`${place}: contains no patch`, 'give a unified diff, a mail or an mbox')
  return mails.map((mail) => toPatch(place, text, mail))
}

// Series share the patches of their base, and git is started several times for each.
const read = new Map<string, Promise<readonly Patch[]>>()

const readOnce = (path: string, bytes: Buffer): Promise<readonly Patch[]> => {
  const key = `${path}\n${sha256Of(bytes)}`
  const known = read.get(key)
  if (known) return known
  const found = patchesIn(path, bytes)
  read.set(key, found)
  // A full disk is no reason to fail again.
  found.catch(() => read.delete(key))
  return found
}

/** Every patch in a file. */
export const readPatches = async (path: string): Promise<readonly Patch[]> => {
  const bytes = await readBounded(resolve(path), MAX_MIB).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UsageError) throw error
    const why =
      error.code === 'ENOENT'
        ? 'does not exist'
        : error.code === 'EISDIR'
          ? 'is a folder'
          : `cannot be read (${error.code})`
    throw new UsageError(`${path}: ${why}`, 'give the path of a patch or an mbox', error)
  })
  return readOnce(path, bytes)
}
