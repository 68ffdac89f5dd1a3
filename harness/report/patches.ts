// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { loadSeries } from '../inputs/series/load.ts'
import { type PatchMail, patchMail } from '../inputs/series/patchmail.ts'
import { sha256Of } from '../lib/files/hash.ts'
import type { RunResult } from '../model/results.ts'
import type { PatchText } from './model.ts'

const SUBJECT = /^Subject: (.*)\n\n/

const patchText = (subject: string, text: string, mail: PatchMail | undefined): PatchText => ({
  subject,
  text,
  sha256: sha256Of(text),
  ...(mail ? { mail } : {}),
})

const keptPatch = (name: string, whole: string, mail: PatchMail | undefined): PatchText => {
  const [head, subject] = SUBJECT.exec(whole) ?? ['', name]
  return patchText(subject!, whole.slice(head.length), mail)
}

const mailsSchema = z.array(z.object({ file: z.string(), mail: patchMail }))

/** The mails of the patches by the patch's file; none in runs of an older zsharness. */
const keptMails = async (dir: string, problems: string[]): Promise<ReadonlyMap<string, PatchMail>> => {
  const path = join(dir, 'mails.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return new Map()
  try {
    return new Map(mailsSchema.parse(JSON.parse(text)).map(({ file, mail }) => [file, mail]))
  } catch {
    problems.push(`${path} is damaged: skipped`)
    return new Map()
  }
}

/** The patches that are stored in the run's folder. */
const keptPatches = async (dir: string, problems: string[]): Promise<readonly PatchText[]> => {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.patch')).sort()
  const mails = await keptMails(dir, problems)
  return Promise.all(
    names.map(async (name) => keptPatch(name, await readFile(join(dir, name), 'utf8'), mails.get(name))),
  )
}

/** The patches under test. */
export const loadPatches = async (
  dir: string,
  { cells }: RunResult,
  problems: string[],
): Promise<readonly PatchText[]> => {
  const kept = await keptPatches(join(dir, 'patches'), problems)
  const name = cells[0]?.series
  if (kept.length > 0 || name === undefined) return kept
  // Older versions of zsharness stored none.
  try {
    return (await loadSeries(name)).patches.map(({ subject, text, mail }) => patchText(subject, text, mail))
  } catch {
    problems.push(`the series ${name} is not in patches/: its text is not shown`)
    return []
  }
}
