// SPDX-License-Identifier: MIT
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTempDir, tempFull } from '../../lib/files/temp.ts'
import { UsageError } from '../../model/errors.ts'
import { plainGit, requireRan } from '../tree/gitenv.ts'
import { type Numbered, numberOf, orderMails } from './mailorder.ts'
import { type PatchMail, patchMailOf } from './patchmail.ts'

const MAX_FIRST_LINE = 1_000

/** Whether a text begins as a mail or an mbox. */
export const isMail = (text: string): boolean =>
  /^From \S.*\d{4}$/.test(text.slice(0, text.indexOf('\n')).slice(0, MAX_FIRST_LINE)) ||
  /^([A-Za-z][A-Za-z-]*: .*\n([ \t].*\n)*)*Subject: /.test(text)

/** A mail with a patch. */
export interface Mail extends Numbered {
  readonly diff: string
  readonly mail: PatchMail
}

/** Whether a mail has a diff. */
export const holdsDiff = ({ diff }: Pick<Mail, 'diff'>): boolean => /^(diff --git |--- \S|@@ )/m.test(diff)

// Not through a file: mailinfo says nothing when the disk is full, and a patch may be cut where it is still a patch.
// It opens a pipe, but not the socket that is our end of one.
const diffOf = async (dir: string, mail: string): Promise<string> => {
  const git = plainGit(dir)
  const read = await git`git mailinfo --encoding=UTF-8 /dev/null /dev/fd/3 < ${mail} 3>&1 >/dev/null | cat`
  requireRan(read, 'git mailinfo')
  return read.stdout
}

const subjectOf = async (dir: string, mail: string, flags: readonly string[]): Promise<string | undefined> => {
  const info = await plainGit(dir)`git mailinfo ${flags} --encoding=UTF-8 /dev/null /dev/null < ${mail}`
  requireRan(info, 'git mailinfo')
  return /^Subject: (.*)$/m.exec(info.stdout)?.[1]
}

const readMail = async (dir: string, mail: string): Promise<Mail> => {
  // mailinfo drops numbers and "Re:" from the subject, unless it is to keep them.
  const subject = (await subjectOf(dir, mail, [])) ?? mail
  const whole = (await subjectOf(dir, mail, ['-k'])) ?? ''
  const isReply = /^(re|aw|sv):/i.test(whole.trim())
  return {
    subject,
    isReply,
    number: numberOf(whole),
    diff: isReply ? '' : await diffOf(dir, mail),
    mail: patchMailOf(await readFile(join(dir, mail), 'utf8')),
  }
}

/** The names of the mails that mailsplit wrote. It does not notice that the end of one found no space. */
const splitMails = async (dir: string, bytes: number): Promise<readonly string[]> => {
  const names = (await readdir(dir)).filter((name) => /^\d+$/.test(name)).sort()
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size))
  if (sizes.reduce((sum, size) => sum + size, 0) < bytes) throw tempFull()
  return names
}

/** The patches of a mail or an mbox, in the order of the numbers in their subjects. */
export const readMails = (place: string, text: string): Promise<readonly Mail[]> =>
  inTempDir('mail', async (dir) => {
    await writeFile(join(dir, 'mbox'), text)
    const split = await plainGit(dir)`git mailsplit --keep-cr -b -o. -- mbox`
    requireRan(split, 'git mailsplit')
    if (split.exitCode !== 0) throw new UsageError(`${place}: ${split.stderr.trim()}`, 'give an mbox or single patches')
    const mails = []
    for (const name of await splitMails(dir, Buffer.byteLength(text))) mails.push(await readMail(dir, name))
    return orderMails(place, mails, holdsDiff)
  })
