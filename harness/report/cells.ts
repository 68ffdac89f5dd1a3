// SPDX-License-Identifier: MIT
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { readTestimony } from '../guest/records.ts'
import { type CellResult, cell as cellSchema } from '../model/results.ts'
import { bucketOf, type Splat } from '../splat/index.ts'
import { splatSchema } from '../splat/model.ts'
import { coverageSchema } from '../verdict/coverage/schema.ts'
import type { CellReport } from './model.ts'
import { findingInTree, splatInTree } from './sources.ts'

const CONSOLE_TAIL_BYTES = 16_384
const CONSOLE_TAIL_LINES = 60

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })

const readJson = async <T>(path: string, schema: z.ZodType<T>, problems: string[]): Promise<T | null> => {
  const text = await readText(path)
  if (text === undefined) return null
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    problems.push(`${path} is damaged: skipped`)
    return null
  }
}

// An older zsharness wrote no bucket: it is made of what it wrote.
const storedSplat = splatSchema
  .extend({ bucket: splatSchema.shape.bucket.optional() })
  .transform((splat): Splat => ({ ...splat, bucket: splat.bucket ?? bucketOf(splat) }))

const numberOf = (name: string): number => Number.parseInt(name, 10)

const readSplats = async (dir: string, problems: string[]): Promise<readonly Splat[]> => {
  const names = await readdir(join(dir, 'splats')).catch(() => [])
  const splats: Splat[] = []
  for (const name of names.filter((one) => one.endsWith('.json')).sort((a, b) => numberOf(a) - numberOf(b))) {
    const splat = await readJson(join(dir, 'splats', name), storedSplat, problems)
    if (splat) splats.push(splatInTree(splat))
  }
  return splats
}

/** The last lines of a file of any size. */
const readTail = async (path: string): Promise<readonly string[]> => {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const length = Math.min(size, CONSOLE_TAIL_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8').trimEnd().split('\n')
    return (length < size ? lines.slice(1) : lines).slice(-CONSOLE_TAIL_LINES)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Reads a cell's folder; what cannot be read is reported in `problems`. */
export const loadCell = async (runDir: string, cell: CellResult, problems: string[]): Promise<CellReport> => {
  const dir = join(runDir, 'cells', cell.id)
  const there = await readdir(dir).catch(() => undefined)
  if (there === undefined) problems.push(`${cell.id} has no folder: only its entry in run.json is shown`)
  const records = await readText(join(dir, 'records.jsonl'))
  const lines = records?.split('\n').filter((line) => line.trim() !== '') ?? []
  return {
    cell: { ...cell, findings: cell.findings.map(findingInTree) },
    splats: await readSplats(dir, problems),
    records: readTestimony(lines).records,
    consoleTail: await readTail(join(dir, 'console.log')),
    coverage: await readJson(join(dir, 'coverage.json'), coverageSchema, problems),
  }
}

/** Whether this cell's folder has a result, complete or not. */
export const hasResult = async (runDir: string, id: string): Promise<boolean> =>
  (await readText(join(runDir, 'cells', id, 'result.json'))) !== undefined

/** Cells that finished just before the run was killed: their result is written, but missing in run.json. */
export const strayCells = async (runDir: string, known: readonly CellResult[]): Promise<readonly CellResult[]> => {
  const ids = new Set(known.map(({ id }) => id))
  const folders = await readdir(join(runDir, 'cells')).catch(() => [])
  const strays: CellResult[] = []
  for (const name of folders.filter((one) => !ids.has(one)).sort()) {
    const stray = await readJson(join(runDir, 'cells', name, 'result.json'), cellSchema, [])
    if (stray) strays.push(stray)
  }
  return strays
}
