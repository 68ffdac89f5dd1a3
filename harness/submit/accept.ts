// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { readRun } from '../run/baseline.ts'
import { whyNotManifest } from '../run/manifest.ts'
import { PART_DONE } from './layout.ts'
import { type PartFile, partFile, type SubmittedCell } from './model.ts'

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

/** What was submitted, by the ids of its cells. */
export type Submitted = ReadonlyMap<string, SubmittedCell>

const PLACE = ['tree', 'series', 'arch', 'config', 'profile', 'leg'] as const

/** Why a cell cannot be the one that was submitted under its id. */
const whyNotCell = (cell: CellResult, part: PartFile, submitted: Submitted): string | undefined => {
  const own = submitted.get(cell.id) ?? submitted.get(part.cells.find((of) => isAdded(cell.id, of)) ?? '')
  const odd = own && PLACE.find((key) => own[key] !== cell[key])
  if (odd !== undefined) return `its ${cell.id} has the ${odd} ${cell[odd]}`
  return cell.verdict === 'pass' && cell.findings.some(({ known }) => !known)
    ? `its ${cell.id} passes with a finding`
    : undefined
}

const whyNotRun = (
  { interrupted, cells }: RunResult,
  part: PartFile,
  { auto, submitted }: Expected,
): string | undefined => {
  if (interrupted) return 'its run was interrupted'
  const ids = cells.map(({ id }) => id)
  const missing = part.cells.find((id) => !ids.includes(id))
  if (missing !== undefined) return `it has no result of ${missing}`
  if (new Set(ids).size !== ids.length) return 'it has two results of one cell'
  const own = new Set(part.cells)
  const stray = ids.find((id) => !own.has(id) && !part.cells.some((of) => auto.has(of) && isAdded(id, of)))
  if (stray !== undefined) return `it has a result of ${stray}, which is not its own`
  return cells.map((cell) => whyNotCell(cell, part, submitted)).find((why) => why !== undefined)
}

/** What the results of parts are held against. */
export interface Expected {
  /** The cells that may have more boots. */
  readonly auto: ReadonlySet<string>
  readonly submitted: Submitted
}

/** The run in the folder of a part that has ended, or why it cannot be used. */
export const readPartRun = async (
  dir: string,
  part: PartFile,
  expected: Expected,
): Promise<PartRun | { readonly why: string }> => {
  const done = await doneOf(dir)
  if (!done) return { why: 'its results are not complete' }
  const odd = whyNotOf(done, part)
  if (odd !== undefined) return { why: odd }
  const [id, ...others] = (await readdir(dir)).filter((name) => /^\d{4}-/.test(name))
  if (id === undefined || others.length > 0) return { why: 'it does not have one run' }
  try {
    const run = await readRun(join(dir, id))
    const why = whyNotRun(run, part, expected) ?? (await whyNotManifest(join(dir, id)))
    return why === undefined ? { dir: join(dir, id), run } : { why }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { why: error.message }
  }
}
