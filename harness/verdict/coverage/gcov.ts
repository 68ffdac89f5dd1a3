// SPDX-License-Identifier: MIT
import { copyFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { inTempDir } from '../../lib/files/temp.ts'
import { sh } from '../../lib/process/sh.ts'

/** How often each line of one source file ran; lines without instructions are absent. */
export type LineCounts = ReadonlyMap<number, number>

const gcovReport = z.object({
  files: z.array(
    z.object({ file: z.string(), lines: z.array(z.object({ line_number: z.number(), count: z.number() })) }),
  ),
})

// Of a shell.
const NOT_FOUND = 127

/** The counts of `file` in gcov's JSON; a line that is in several functions has the sum. */
export const parseGcov = (json: string, file: string): LineCounts => {
  const counts = new Map<number, number>()
  for (const one of gcovReport.parse(JSON.parse(json)).files) {
    // gcov names sources as the compiler's command line did: `../mm/zsmalloc.c`.
    if (one.file.replace(/^(\.\.?\/)+/, '') !== file) continue
    for (const { line_number, count } of one.lines) counts.set(line_number, (counts.get(line_number) ?? 0) + count)
  }
  return counts
}

// One of another version reads the notes all the same, and tells nonsense.
const OTHER_VERSION = /version '.{0,9}', prefer '/

/**
 * Line counts of `file` from a guest's counters and the notes that the compiler left beside the object; undefined where
 * this host has no gcov of that compiler.
 */
export const readGcov = (
  gcov: string,
  notes: string,
  counters: Uint8Array,
  file: string,
): Promise<LineCounts | undefined> =>
  inTempDir('gcov', async (dir) => {
    const stem = basename(notes, '.gcno')
    await copyFile(notes, join(dir, `${stem}.gcno`))
    await writeFile(join(dir, `${stem}.gcda`), counters)
    const { stdout, stderr, exitCode } = await sh({ cwd: dir })`${gcov} --json-format --stdout ${stem}.gcda`
    return exitCode === NOT_FOUND || OTHER_VERSION.test(stderr) ? undefined : parseGcov(stdout, file)
  })
