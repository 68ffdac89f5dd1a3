// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJson } from '../lib/files/atomic.ts'
import type { CellResult, RunResult } from '../model/results.ts'
import { writeManifest } from '../run/manifest.ts'
import { planPairs, type Runs } from '../run/plan/pairs.ts'
import { cellDir, writeResult, writeRun } from '../run/results.ts'
import { PART_DONE } from '../submit/layout.ts'
import type { PartFile, Submission } from '../submit/model.ts'
import { planParts } from '../submit/parts.ts'
import { pairsOf } from '../verdict/pairs.ts'
import { judgeRun } from '../verdict/run.ts'
import { aCell, aCrash, aRun } from './runs.ts'

const at = {
  tree: 'debian:6.1',
  series: 'zsmalloc-deferred-handles',
  arch: 'x86_64',
  profile: 'kasan',
  legs: ['before', 'after'],
} as const

/** A submission of two configs, each booted so often, with a folder that is not used. */
export const aSubmission = (runs: Runs = 1, part: Partial<Submission> = {}): Submission => {
  const pairs = planPairs(
    ['zpool-on', 'zpool-off'].map((config) => ({ ...at, config })),
    runs,
  )
  const { amplified, confidence, expect, startedAt, seed, versions } = aRun()
  return {
    schemaVersion: 1,
    id: '2026-11-27-093000-ab12',
    resultsDir: '/none',
    cwd: '/',
    program: ['zsharness'],
    argv: ['run', '--config', 'all'],
    slurm: { sbatchArgs: [] },
    parts: [...planParts(pairs, false)],
    cells: pairs.flatMap(({ auto, cells }) =>
      cells.map(({ id, tree, series, arch, config, profile, leg, run }) => ({
        ...{ id, tree, series, arch, config, profile, leg, run, auto },
      })),
    ),
    resources: { buildCpus: 1, buildMiB: 100, bootCpus: 1, bootMiB: 100 },
    baseline: null,
    request: 'request',
    code: 'code',
    base: {
      ...{ amplified, confidence, expect, startedAt, seed, versions },
      command: ['zsharness', 'run', '--config', 'all'],
      plan: null,
      corpus: [],
    },
    ...part,
  }
}

/** The result of each cell of a submission: before fails with the bug, after passes. */
export const cellsFor = ({ cells }: Submission): readonly CellResult[] =>
  cells.map(({ auto: _, ...place }) => (place.leg === 'before' ? aCrash(place) : aCell(place)))

/** The run of these cells on one machine. */
export const runFor = (cells: readonly CellResult[], part: Partial<RunResult> = {}): RunResult => {
  const pairs = [...pairsOf(cells)]
  return aRun({ cells: [...cells], pairs, accelerator: { x86_64: 'tcg' }, ...judgeRun(cells, pairs), ...part })
}

/** Writes what a node leaves for a part, which a test may spoil before. */
export const writePartRun = async (dir: string, done: PartFile | null, run: RunResult): Promise<void> => {
  const own = join(dir, run.id)
  await mkdir(join(own, 'cells'), { recursive: true })
  for (const cell of run.cells) {
    await mkdir(cellDir(own, cell.id), { recursive: true })
    await writeResult(own, cell)
  }
  await writeRun(own, run)
  await writeManifest(own)
  if (done) await writeJson(join(dir, PART_DONE), done)
}
