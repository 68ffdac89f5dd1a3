// SPDX-License-Identifier: MIT
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { readBounded } from '../../lib/files/bounded.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { inTempDir, tempFull } from '../../lib/files/temp.ts'
import { UsageError } from '../../model/errors.ts'
import { plainGit, requireRan } from '../tree/gitenv.ts'
import { parseDiff } from './diff.ts'
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

const MAX_FIRST_LINE = 1_000

const isMail = (text: string): boolean =>
  /^From \S.*\d{4}$/.test(text.slice(0, text.indexOf('\n')).slice(0, MAX_FIRST_LINE)) ||
  /^([A-Za-z][A-Za-z-]*: .*\n([ \t].*\n)*)*Subject: /.test(text)

interface Mail {
  readonly subject: string
  readonly diff: string
}

// Not through a file: mailinfo says nothing when the disk is full, and a patch may be cut where it is still a patch.
// It opens a pipe, but not the socket that is our end of one.
const diffOf = async (dir: string, mail: string): Promise<string> => {
  const git = plainGit(dir)
  const read = await git`git mailinfo --encoding=UTF-8 /dev/null /dev/fd/3 < ${mail} 3>&1 >/dev/null | cat`
  requireRan(read, 'git mailinfo')
  return read.stdout
}

const readMail = async (dir: string, mail: string): Promise<Mail & { readonly order: number }> => {
  const info = await plainGit(dir)`git mailinfo --encoding=UTF-8 /dev/null /dev/null < ${mail}`
  requireRan(info, 'git mailinfo')
  const { stdout } = info
  const subject = /^Subject: (.*)$/m.exec(stdout)?.[1] ?? mail
  // mailinfo drops numbers and "Re:" from the subject.
  const raw = /^Subject:.*$/im.exec(await readFile(join(dir, mail), 'utf8'))?.[0] ?? ''
  const isReply = /^Subject:\s*(re|aw|sv):/i.test(raw)
  const order = Number(/\[[^\]]{0,60}?(\d{1,4})\/\d{1,4}\]/.exec(raw)?.[1] ?? 0)
  return { subject, diff: isReply ? '' : await diffOf(dir, mail), order }
}

const holdsDiff = ({ diff }: Mail): boolean => /^(diff --git |--- \S|@@ )/m.test(diff)

/** The names of the mails that mailsplit wrote. It does not notice that the end of one found no space. */
const splitMails = async (dir: string, bytes: number): Promise<readonly string[]> => {
  const names = (await readdir(dir)).filter((name) => /^\d+$/.test(name)).sort()
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size))
  if (sizes.reduce((sum, size) => sum + size, 0) < bytes) throw tempFull()
  return names
}

/** The patches of a mail or an mbox, in the order of the numbers in their subjects. */
const readMails = (file: string, text: string): Promise<readonly Mail[]> =>
  inTempDir('mail', async (dir) => {
    await writeFile(join(dir, 'mbox'), text)
    const split = await plainGit(dir)`git mailsplit --keep-cr -b -o. -- mbox`
    requireRan(split, 'git mailsplit')
    if (split.exitCode !== 0) throw new UsageError(`${file}: ${split.stderr.trim()}`, 'give an mbox or single patches')
    const mails = []
    for (const name of await splitMails(dir, Buffer.byteLength(text))) mails.push(await readMail(dir, name))
    return mails.filter(holdsDiff).sort((a, b) => a.order - b.order)
  })

/** The number of lines before `diff` in the file; 0 when the mail was encoded, so that its lines are not the file's. */
const linesBefore = (text: string, diff: string): number => {
  const at = text.indexOf(diff.slice(0, 2_000).trimEnd())
  return at < 0 ? 0 : text.slice(0, at).split('\n').length - 1
}

const toPatch = (file: string, text: string, { subject, diff }: Mail): Patch => {
  const firstLine = linesBefore(text, diff)
  const { problem } = parseDiff(diff)
  if (problem) {
    const { line, message, hint } = problem
    const place = firstLine > 0 || text === diff ? `${file}:${line + firstLine}` : `${file}: diff line ${line}`
    throw new UsageError(`${place}: ${message}`, hint)
  }
  return { file, subject, sha256: sha256Of(diff), text: diff, firstLine, reverse: false }
}

// The whole diff of a release has 70 MiB.
const MAX_MIB = 100

/** Every patch in a file: one for a diff or a mail, several for an mbox. */
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
  const text = textOf(path, bytes)
  const mails = isMail(text) ? await readMails(path, text) : [{ subject: basename(path), diff: text }].filter(holdsDiff)
  if (mails.length === 0) throw new UsageError(`${path}: contains no patch`, 'give a unified diff, a mail or an mbox')
  return mails.map((mail) => toPatch(path, text, mail))
}
