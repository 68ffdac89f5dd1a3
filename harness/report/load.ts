// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readBounded } from '../lib/files/bounded.ts'
import { exists } from '../lib/files/exists.ts'
import { paths } from '../lib/paths.ts'
import { cleanDeep } from '../lib/text/deep.ts'
import { UsageError } from '../model/errors.ts'
import { type RunResult, run, SCHEMA_VERSION } from '../model/results.ts'
import { hasResult, loadCell, strayCells } from './cells.ts'
import type { Report } from './model.ts'
import { loadPatches } from './patches.ts'

/** Finds a run's folder by its path, the path of its `run.json`, or its id in `results/`. */
export const findRunDir = async (spec: string): Promise<string> => {
  for (const path of [spec, join(paths.results, spec)]) {
    if (!(await exists(path))) continue
    const dir = basename(path) === 'run.json' ? dirname(path) : path
    if (await exists(join(dir, 'run.json'))) return resolve(dir)
    if (await exists(join(dir, 'journal.jsonl')))
      throw new UsageError(`${path} is a bisection`, `show it with: zsharness bisect report ${path}`)
    throw new UsageError(
      `${path} has no run.json: it is not a run, or the run was killed before it started`,
      'name a folder of results/; results/latest is the newest',
    )
  }
  throw new UsageError(
    `there is no run ${JSON.stringify(spec)}`,
    'name a folder of results/; results/latest is the newest',
  )
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

// Defaults for fields that older versions did not write.
const withNewerFields = (value: unknown): unknown => {
  const { cells, ...rest } = record(value)
  return { ...rest, cells: Array.isArray(cells) ? cells.map((cell) => ({ lanes: [], ...record(cell) })) : cells }
}

/** Parses a `run.json`; a UsageError says what is wrong with it. */
export const parseRun = (text: string, path: string): RunResult => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`${path} is incomplete: its JSON is cut off or damaged`, 'run again, or restore the folder')
  }
  const { schemaVersion } = record(value)
  if (schemaVersion !== SCHEMA_VERSION)
    throw new UsageError(
      `${path} has schema version ${JSON.stringify(schemaVersion) ?? 'none'}, this zsharness reads ${SCHEMA_VERSION}`,
      'report it with the zsharness that wrote it',
    )
  const result = run.safeParse(withNewerFields(value))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new UsageError(`${path} is not a run: ${issue?.path.join('.')}: ${issue?.message}`, 'restore the folder')
}

const MAX_MIB = 256

/** The run of this `run.json`. */
export const readRunFile = async (path: string): Promise<RunResult> => {
  const bytes = await readBounded(path, MAX_MIB).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: cannot be read (${error.code})`, 'restore the folder, or make it readable', error)
  })
  return parseRun(bytes.toString('utf8'), path)
}

/** Loads a run's folder; what is missing or damaged is reported in `problems`. */
export const loadReport = async (spec: string): Promise<Report> => {
  const dir = await findRunDir(spec)
  const path = join(dir, 'run.json')
  const parsed = await readRunFile(path)
  const problems: string[] = []
  const strays = await strayCells(dir, parsed.cells)
  if (strays.length > 0) problems.push(...strays.map(({ id }) => `${id} finished, but is missing in run.json`))
  const cells = []
  for (const cell of [...parsed.cells, ...strays]) cells.push(await loadCell(dir, cell, problems))
  const folders = await readdir(join(dir, 'cells')).catch(() => [])
  const known = new Set(cells.map(({ cell }) => cell.id))
  const unfinished = []
  for (const id of folders.sort()) if (!known.has(id) && !(await hasResult(dir, id))) unfinished.push(id)
  const patches = await loadPatches(dir, parsed, problems)
  return cleanDeep({
    run: { ...parsed, cells: cells.map(({ cell }) => cell) },
    dir: spec,
    cells,
    unfinished,
    problems,
    patches,
  })
}
