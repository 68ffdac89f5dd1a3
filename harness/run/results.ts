// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Program } from '../guest/programs.ts'
import type { Patch } from '../inputs/series/model.ts'
import { tempBeside, writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { makeFolder } from '../lib/files/makefolder.ts'
import { UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import type { Splat } from '../splat/index.ts'

/** A new run id: sorts by time, and differs from that of a run started at the same time. */
export const newRunId = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}-${randomBytes(2).toString('hex')}`

/** The folder of one cell. */
export const cellDir = (runDir: string, cellId: string): string => join(runDir, 'cells', cellId)

/** Creates a folder of results. */
export const makeResultsDir = async (resultsDir: string, id: string): Promise<string> => {
  const dir = join(resultsDir, id)
  await makeFolder(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new UsageError(`--results ${resultsDir}: no folder can be made there`, 'give a folder of a disk')
    if (error.code !== 'ENOTDIR' && error.code !== 'EEXIST') throw error
    throw new UsageError(`--results ${resultsDir}: a file is in the way`, 'give a folder, or one that can be made')
  })
  return dir
}

/** Points the link `latest` beside a folder of results there. */
export const pointLatest = async (resultsDir: string, id: string, latest: string): Promise<void> => {
  const link = tempBeside(join(resultsDir, `.${latest}`))
  await symlink(id, link)
  await rename(link, join(resultsDir, latest))
}

/** Creates a folder of results and points the link `latest` beside it there. */
export const openResultsDir = async (resultsDir: string, id: string, latest: string): Promise<string> => {
  const dir = await makeResultsDir(resultsDir, id)
  await pointLatest(resultsDir, id, latest)
  return dir
}

/** Creates the folder of a run and points `results/latest` there. */
export const openRunDir = async (resultsDir: string, id: string): Promise<string> => {
  const dir = await openResultsDir(resultsDir, id, 'latest')
  await mkdir(join(dir, 'cells'), { recursive: true })
  return dir
}

/** Writes one cell's result. */
export const writeResult = (runDir: string, cell: CellResult): Promise<void> =>
  writeJson(join(cellDir(runDir, cell.id), 'result.json'), cell)

/** Writes one cell's result and each of its splats, as printed by the kernel and as parsed. */
export const writeCell = async (runDir: string, cell: CellResult, splats: readonly Splat[]): Promise<void> => {
  const dir = cellDir(runDir, cell.id)
  await writeResult(runDir, cell)
  if (splats.length > 0) await mkdir(join(dir, 'splats'), { recursive: true })
  for (const [index, splat] of splats.entries()) {
    await writeFile(join(dir, 'splats', `${index + 1}.txt`), `${splat.lines.join('\n')}\n`)
    await writeJson(join(dir, 'splats', `${index + 1}.json`), splat)
  }
}

/** Writes the patches under test, for reports on a host without their files; `git apply` accepts each as it is. */
export const writePatches = async (
  runDir: string,
  patches: readonly Pick<Patch, 'subject' | 'text' | 'mail'>[],
): Promise<void> => {
  const mails: { file: string; mail: Patch['mail'] }[] = []
  for (const [index, { subject, text, mail }] of patches.entries()) {
    const words = subject.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60)
    const name = `${String(index + 1).padStart(4, '0')}-${words}.patch`
    await writeAtomic(join(runDir, 'patches', name), `Subject: ${subject}\n\n${text}`)
    if (mail) mails.push({ file: name, mail })
  }
  if (mails.length > 0) await writeJson(join(runDir, 'patches', 'mails.json'), mails)
}

/** The name under which the results keep a program of the user. */
export const keptProgram = (sha256: string): string => join('workloads', sha256)

/** Keeps the programs of the user: a replay runs the same ones. */
export const writePrograms = async (runDir: string, programs: Iterable<readonly Program[]>): Promise<void> => {
  for (const { sha256, data } of [...programs].flat()) await writeAtomic(join(runDir, keptProgram(sha256)), data)
}

/** Writes the run with the results so far. */
export const writeRun = (runDir: string, run: RunResult): Promise<void> => writeJson(join(runDir, 'run.json'), run)
