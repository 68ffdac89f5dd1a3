// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostError } from '../model/errors.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { layout } from '../slurm/layout.ts'
import type { SlurmResult } from '../slurm/result.ts'
import { aFinding } from '../testing/runs.ts'
import { aSubmission, cellsFor, runFor, writePartRun } from '../testing/submission.ts'
import { readPartRun } from './accept.ts'
import { expectedOf, mergeParts, partFileOf, requireWhole } from './merge.ts'
import type { PartFile, PartPlan, Submission } from './model.ts'

let top: string
let root: string
let submission: Submission
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-submit-'))
  root = join(top, 'slurm-x')
  submission = aSubmission(2, { resultsDir: join(top, 'results') })
})
afterEach(() => rm(top, { recursive: true, force: true }))

const RUN = '2026-11-27-093100-0001'
const dirOf = (part: PartPlan): string => join(layout(root).tasks, part.id)
const cellsOf = (part: PartPlan): readonly CellResult[] =>
  cellsFor(submission).filter(({ id }) => part.cells.includes(id))
const writePart = (part: PartPlan, done: Partial<PartFile> | null = {}, run: Partial<RunResult> = {}) =>
  writePartRun(
    dirOf(part),
    done && { ...partFileOf(submission, part), ...done },
    runFor(run.cells ?? cellsOf(part), { id: RUN, ...run }),
  )
const ended = (part: PartPlan, attempt = 1): SlurmResult => ({
  schemaVersion: 1,
  task: part.id,
  ...{ node: 'n1', job: 7, attempt, requeues: 0, startedAt: '', endedAt: '', exit: 0, lost: 0 },
  dir: dirOf(part),
})
const lost = (part: PartPlan): SlurmResult => ({
  schemaVersion: 1,
  task: part.id,
  ...{ error: 'lost 4 times', remedy: 'see stderr', lost: 4, dir: dirOf(part) },
})
const read = (part: PartPlan) => readPartRun(dirOf(part), partFileOf(submission, part), expectedOf(submission))

/** A run without its times, and without the places of its cells. */
const timeless = (run: RunResult): object => ({
  ...run,
  ...{ id: '', durationMs: 0, startedAt: '', command: [] },
  cells: run.cells.map((cell) => ({ ...cell, placed: null })),
})

describe('parts that are all there', () => {
  test('merge into the run of one machine, but for times and places', async () => {
    for (const part of submission.parts) await writePart(part)
    const results = submission.parts.map((part, index) => ended(part, index + 1))
    const { dir, run } = await mergeParts(root, submission, results)
    expect(timeless(run)).toEqual(timeless(runFor(cellsFor(submission))))
    expect(run.id).toBe(submission.id)
    expect(run.command).toEqual(submission.base.command)
    const second = submission.parts[1]!.cells[0]!
    const onDisk = JSON.parse(await readFile(join(dir, 'cells', second, 'result.json'), 'utf8'))
    expect(onDisk.placed).toMatchObject({ node: 'n1', attempt: 2 })
  })

  test('merge again after a kill in the middle', async () => {
    for (const part of submission.parts) await writePart(part)
    const results = submission.parts.map((part) => ended(part))
    const once = await mergeParts(root, submission, results)
    expect(await mergeParts(root, submission, results)).toEqual(once)
  })
})

describe('a part that was lost', () => {
  test('makes its cells errors of the host: exit 3, no verdict, none missing', async () => {
    const [first, ...others] = submission.parts
    for (const part of others) await writePart(part)
    const { run } = await mergeParts(root, submission, [lost(first!), ...others.map((part) => ended(part))])
    expect(run.cells.map(({ id }) => id)).toEqual(submission.cells.map(({ id }) => id))
    const own = run.cells.filter(({ id }) => first!.cells.includes(id))
    for (const cell of own) expect(cell).toMatchObject({ verdict: 'error', reason: 'lost 4 times (see stderr)' })
    expect(run).toMatchObject({ exitCode: 3, interrupted: false })
    const [pair] = run.pairs
    expect(pair).toMatchObject({ config: 'zpool-on', verdict: 'invalid' })
  })

  test('may be every one', async () => {
    const { run } = await mergeParts(root, submission, submission.parts.map(lost))
    expect(run.cells.map(({ verdict }) => verdict)).toEqual(submission.cells.map(() => 'error'))
    expect(run).toMatchObject({ exitCode: 3, seed: submission.base.seed })
  })
})

const resultOf = (part: PartPlan): string => join(dirOf(part), RUN, 'cells', part.cells[0]!, 'result.json')

describe('what a node left is not used', () => {
  const [part] = aSubmission(2).parts as [PartPlan]
  const cells = () => cellsOf(part)

  test.each<[string, () => Promise<unknown>, string]>([
    ['without its end', () => writePart(part, null), 'its results are not complete'],
    ['of another run', () => writePart(part, { run: '2026-01-01-000000-0000' }), 'of run 2026-01-01-000000-0000'],
    ['of another part', () => writePart(part, { id: '9-x' }), 'of part 9-x'],
    ['of another zsharness', () => writePart(part, { code: 'else' }), 'another zsharness'],
    ['of other patches or settings', () => writePart(part, { request: 'else' }), 'tested something else'],
    ['that was interrupted', () => writePart(part, {}, { interrupted: true }), 'was interrupted'],
    [
      'without one of its cells',
      () => writePart(part, {}, { cells: cells().slice(1) }),
      `no result of ${part.cells[0]}`,
    ],
    [
      'with a cell of another part',
      () => writePart(part, {}, { cells: [...cells(), ...cellsOf(submission.parts[1]!)] }),
      'which is not its own',
    ],
    [
      'with the cells of the other leg under its ids',
      () =>
        writePart(
          part,
          {},
          { cells: cells().map((cell) => ({ ...cell, leg: cell.leg === 'after' ? 'before' : 'after' })) },
        ),
      'has the leg',
    ],
    [
      'with a pass that has a finding',
      () =>
        writePart(part, {}, { cells: cells().map((cell) => ({ ...cell, verdict: 'pass', findings: [aFinding()] })) }),
      'passes with a finding',
    ],
    [
      'that was changed behind its manifest',
      async () => {
        await writePart(part)
        await writeFile(resultOf(part), 'x')
      },
      'result.json is not what its manifest.sha256 says',
    ],
    [
      'without a file of its manifest',
      async () => {
        await writePart(part)
        await rm(resultOf(part))
      },
      'lists cells/',
    ],
    [
      'with a file more than its manifest lists',
      async () => {
        await writePart(part)
        await writeFile(`${resultOf(part)}.x`, 'x')
      },
      'result.json.x is not what',
    ],
    ['with a cell twice', () => writePart(part, {}, { cells: [...cells(), cells()[0]!] }), 'two results of one cell'],
    [
      'with a boot that no proof asked for',
      () => writePart(part, {}, { cells: [...cells(), { ...cells()[0]!, id: `${part.cells[0]}-run9` }] }),
      'which is not its own',
    ],
  ])('%s', async (_, write, why) => {
    await write()
    expect(await read(part)).toMatchObject({ why: expect.stringContaining(why) })
  })

  test('half written', async () => {
    await writePart(part)
    await truncate(join(dirOf(part), RUN, 'run.json'), 400)
    expect(await read(part)).toMatchObject({ why: expect.stringContaining('cut off or damaged') })
  })

  test('with two runs', async () => {
    await writePart(part)
    await mkdir(join(dirOf(part), '2026-11-27-093100-0002'))
    expect(await read(part)).toMatchObject({ why: 'it does not have one run' })
  })

  test('by the merge either, when it was spoilt after it was accepted', async () => {
    for (const one of submission.parts) await writePart(one)
    await writeFile(join(dirOf(part), RUN, 'run.json'), '{}')
    const { run } = await mergeParts(
      root,
      submission,
      submission.parts.map((one) => ended(one)),
    )
    expect(run.cells[0]).toMatchObject({ verdict: 'error', reason: 'its results disappeared' })
    expect(run.exitCode).toBe(3)
  })
})

test('a commit while a run lasts does not part its parts: their files are the same', async () => {
  for (const [index, part] of submission.parts.entries())
    await writePart(part, {}, { versions: { ...submission.base.versions, zsharness: `0.1.0+${index}` } })
  const results = submission.parts.map((part) => ended(part))
  const { run } = await mergeParts(root, submission, results)
  expect(run.versions.zsharness).toBe(submission.base.versions.zsharness)
})

test('boots that a proof added are of their part', async () => {
  submission = aSubmission('auto', { resultsDir: join(top, 'results') })
  const [part] = submission.parts as [PartPlan]
  const own = cellsOf(part)
  await writePart(part, {}, { cells: [...own, { ...own[0]!, id: `${part.cells[0]}-run2`, run: 2 }] })
  expect(await read(part)).toHaveProperty('run')
})

test('nodes with different kernels do not make one run', async () => {
  const [first, second] = submission.parts
  const other = cellsOf(second!).map((cell) => ({ ...cell, inputs: { ...cell.inputs!, treeKey: 'another' } }))
  for (const part of submission.parts) await writePart(part, {}, part === second ? { cells: other } : {})
  const merging = mergeParts(
    root,
    submission,
    submission.parts.map((part) => ended(part)),
  )
  await expect(merging).rejects.toThrow(HostError)
  await expect(merging).rejects.toThrow('differ in the sources of debian:6.1')
  expect(first!.after).toBeNull()
})

test('a merged run without a cell, or with another, is refused', () => {
  const cells = cellsFor(submission)
  expect(() => requireWhole(submission, runFor(cells))).not.toThrow()
  expect(() => requireWhole(submission, runFor(cells.slice(1)))).toThrow(cells[0]!.id)
  expect(() => requireWhole(submission, runFor([...cells, aSubmissionStray(cells[0]!)]))).toThrow('stray')
  expect(() => requireWhole(submission, runFor(cells, { interrupted: true }))).toThrow('incomplete')
})

const aSubmissionStray = (cell: CellResult): CellResult => ({ ...cell, id: 'stray' })
