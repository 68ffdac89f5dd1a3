// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadSeries } from '../inputs/series/load.ts'
import type { RunResult } from '../model/results.ts'
import type { PatchText } from './model.ts'

const SUBJECT = /^Subject: (.*)\n\n/

const keptPatch = (name: string, text: string): PatchText => {
  const [head, subject] = SUBJECT.exec(text) ?? ['', name]
  return { subject: subject!, text: text.slice(head.length) }
}

/** The patches that are stored in the run's folder. */
const keptPatches = async (dir: string): Promise<readonly PatchText[]> => {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.patch')).sort()
  return Promise.all(names.map(async (name) => keptPatch(name, await readFile(join(dir, name), 'utf8'))))
}

/** The patches under test. */
export const loadPatches = async (
  dir: string,
  { cells }: RunResult,
  problems: string[],
): Promise<readonly PatchText[]> => {
  const kept = await keptPatches(join(dir, 'patches'))
  const name = cells[0]?.series
  if (kept.length > 0 || name === undefined) return kept
  // Older versions of zsharness stored none.
  try {
    return (await loadSeries(name)).patches.map(({ subject, text }) => ({ subject, text }))
  } catch {
    problems.push(`the series ${name} is not in patches/: its text is not shown`)
    return []
  }
}
