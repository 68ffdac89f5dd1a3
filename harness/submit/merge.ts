// SPDX-License-Identifier: MIT
import { findArch } from '../inputs/arch/index.ts'
import { exists } from '../lib/files/exists.ts'
import { HostError, UsageError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { mergeShards, type ShardRun } from '../run/merge.ts'
import { hasEnded, type SlurmResult } from '../slurm/result.ts'
import { type Expected, isAdded, type PartRun, readPartRun } from './accept.ts'
import { submitLayout } from './layout.ts'
import { lostCell, writeLost } from './lost.ts'
import type { PartFile, PartPlan, Submission } from './model.ts'

/** The file of a part. */
export const partFileOf = ({ id: run, request, code }: Submission, { id, cells, after }: PartPlan): PartFile => ({
  schemaVersion: 1,
  run,
  id,
  cells: [...cells],
  explore: after === null,
  request,
  code,
})

/** The cells whose pairs may get further boots. */
export const autoCells = ({ cells }: Submission): ReadonlySet<string> =>
  new Set(cells.filter(({ auto }) => auto).map(({ id }) => id))

/** What the parts of a run are held against. */
export const expectedOf = (submission: Submission): Expected => ({
  auto: autoCells(submission),
  submitted: new Map(submission.cells.map((cell) => [cell.id, cell])),
})

type Placed = NonNullable<CellResult['placed']>

/** Throws unless every cell of the plan is there, each once, and no other. */
export const requireWhole = (submission: Submission, { cells, interrupted }: RunResult): void => {
  const ids = new Set(cells.map(({ id }) => id))
  const missing = submission.cells.filter(({ id }) => !ids.has(id))
  const auto = [...autoCells(submission)]
  const planned = new Set(submission.cells.map(({ id }) => id))
  const stray = cells.filter(({ id }) => !planned.has(id) && !auto.some((of) => isAdded(id, of)))
  if (missing.length === 0 && stray.length === 0 && ids.size === cells.length && !interrupted) return
  const names = [...missing, ...stray].map(({ id }) => id).join(', ')
  throw new HostError(
    `the parts do not make the run that was submitted: ${names || 'a part is incomplete'}`,
    'keep its folder, and report this as a bug of zsharness',
  )
}

const placedIn = (result: SlurmResult, { run }: PartRun, cell: CellResult): Placed | null =>
  hasEnded(result)
    ? { node: result.node, attempt: result.attempt, qemu: run.versions[findArch(cell.arch).qemu.binary] ?? '' }
    : null

interface Sorted {
  readonly dirs: readonly string[]
  readonly placed: ReadonlyMap<string, Placed>
  readonly lost: readonly CellResult[]
}

const lostOf = ({ cells }: Submission, part: PartPlan, result: SlurmResult): readonly CellResult[] => {
  const why = hasEnded(result) ? 'its results disappeared' : `${result.error} (${result.remedy})`
  return cells.filter(({ id }) => part.cells.includes(id)).map((cell) => lostCell(cell, why))
}

const sorted = async (submission: Submission, results: readonly SlurmResult[]): Promise<Sorted> => {
  const dirs: string[] = []
  const placed = new Map<string, Placed>()
  const lost: CellResult[] = []
  const expected = expectedOf(submission)
  for (const [index, part] of submission.parts.entries()) {
    const result = results[index]!
    const own = hasEnded(result) ? await readPartRun(result.dir, partFileOf(submission, part), expected) : { why: '' }
    if ('why' in own) {
      lost.push(...lostOf(submission, part, result))
      continue
    }
    dirs.push(own.dir)
    for (const cell of own.run.cells) {
      const place = placedIn(result, own, cell)
      if (place) placed.set(cell.id, place)
    }
  }
  return { dirs, placed, lost }
}

/** Merges what the parts of a run left, and an error for each cell that was lost, into one run. */
export const mergeParts = async (
  root: string,
  submission: Submission,
  results: readonly SlurmResult[],
): Promise<ShardRun> => {
  const { dirs, placed, lost } = await sorted(submission, results)
  const at = submitLayout(root)
  if (lost.length > 0) await writeLost(at.lost, submission, lost)
  const { id, baseline, base, resultsDir } = submission
  const complete = (run: RunResult): RunResult => {
    requireWhole(submission, run)
    const cells = run.cells.map((cell) => ({ ...cell, placed: placed.get(cell.id) ?? null }))
    return { ...run, command: base.command, cells }
  }
  try {
    return await mergeShards(lost.length > 0 ? [...dirs, at.lost] : dirs, resultsDir, {
      ...{ id, complete },
      // All parts ran the same files, by their hash: a commit beside a run moves the version that git names.
      zsharness: base.versions.zsharness,
      ...(baseline === null ? {} : { baseline }),
    })
  } catch (error) {
    if (!(error instanceof UsageError) || !(await exists(root))) throw error
    // Nobody gave these shards: the nodes differ.
    throw new HostError(
      error.message,
      `the nodes of ${root}/tasks did not test the same: make them alike, or choose some with --constraint`,
      error,
    )
  }
}
