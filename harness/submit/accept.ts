// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../model/errors.ts'
import type { RunResult } from '../model/results.ts'
import { readRun } from '../run/baseline.ts'
import { PART_DONE } from './layout.ts'
import { type PartFile, partFile } from './model.ts'

/** A part's own run, and its folder. */
export interface PartRun {
  readonly dir: string
  readonly run: RunResult
}

/** Whether the harness added this boot to a cell of the plan, for a proof. */
export const isAdded = (id: string, of: string): boolean =>
  id.startsWith(`${of}-run`) && /^\d+$/.test(id.slice(of.length + 4))

const doneOf = async (dir: string): Promise<PartFile | undefined> => {
  try {
    return partFile.parse(JSON.parse(await readFile(join(dir, PART_DONE), 'utf8')))
  } catch {
    return undefined
  }
}

const whyNotOf = (done: PartFile, part: PartFile): string | undefined => {
  if (done.run !== part.run || done.id !== part.id) return `its results are of part ${done.id} of run ${done.run}`
  if (done.code !== part.code) return 'its node had another zsharness'
  if (done.request !== part.request) return 'its node tested something else'
  return undefined
}

const whyNotRun = (
  { interrupted, cells }: RunResult,
  part: PartFile,
  auto: ReadonlySet<string>,
): string | undefined => {
  if (interrupted) return 'its run was interrupted'
  const ids = cells.map(({ id }) => id)
  const missing = part.cells.find((id) => !ids.includes(id))
  if (missing !== undefined) return `it has no result of ${missing}`
  if (new Set(ids).size !== ids.length) return 'it has two results of one cell'
  const own = new Set(part.cells)
  const stray = ids.find((id) => !own.has(id) && !part.cells.some((of) => auto.has(of) && isAdded(id, of)))
  return stray === undefined ? undefined : `it has a result of ${stray}, which is not its own`
}

/** The run in the folder of a part that has ended, or why it cannot be used. `auto` are the cells that may have more boots. */
export const readPartRun = async (
  dir: string,
  part: PartFile,
  auto: ReadonlySet<string>,
): Promise<PartRun | { readonly why: string }> => {
  const done = await doneOf(dir)
  if (!done) return { why: 'its results are not complete' }
  const odd = whyNotOf(done, part)
  if (odd !== undefined) return { why: odd }
  const [id, ...others] = (await readdir(dir)).filter((name) => /^\d{4}-/.test(name))
  if (id === undefined || others.length > 0) return { why: 'it does not have one run' }
  try {
    const run = await readRun(join(dir, id))
    const why = whyNotRun(run, part, auto)
    return why === undefined ? { dir: join(dir, id), run } : { why }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { why: error.message }
  }
}
