// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Patch, Series } from '../inputs/series/model.ts'
import type { TreeSpec } from '../inputs/tree/spec.ts'
import { writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context, Emit } from '../model/events.ts'
import type { ArchName } from '../model/results.ts'
import { executeRun } from '../run/execute.ts'
import { planPairs } from '../run/plan/pairs.ts'
import { type Resolved, type RunRequest, resolvedOne } from '../run/request.ts'
import { newRunId, openRunDir, writeManifest } from '../run/results.ts'
import type { RunSettings } from '../run/settings.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import type { Case } from './plan.ts'
import { type CaseResult, caseResult, listedCase, type SelftestResult } from './result.ts'
import { exitCodeOf } from './status.ts'
import { markdownTable } from './table.ts'

/** A case with its patch read. */
export interface ReadyCase extends Case {
  readonly patches: readonly Patch[]
}

/** A requested self-test: every flag parsed, every name looked up. */
export interface SelftestRequest {
  readonly cases: readonly ReadyCase[]
  /** The cases that are booted; the others are only listed with their reasons. */
  readonly mustRun: readonly ReadyCase[]
  /** Boots of the correct patch. */
  readonly runs: number
  readonly archs: readonly ArchName[]
  readonly tree: TreeSpec
  readonly series: Series
  readonly toolchains: Resolved['toolchains']
  /** The settings that all cases share. */
  readonly settings: RunSettings
  readonly command: readonly string[]
}

const runRequest = (one: ReadyCase, request: SelftestRequest, dir: string): RunRequest => {
  const { archs, tree, series, toolchains, command } = request
  const { config, profile, lanes, canary } = one
  const legs = ['after'] as const
  const places = archs.map((arch) => ({ tree: tree.text, series: series.name, arch, config, profile, legs }))
  return {
    pairs: planPairs(places, one.type === 'control' ? request.runs : 1),
    resolved: resolvedOne(tree, series, { extraPatches: one.patches, toolchains }),
    settings: {
      ...request.settings,
      lanes,
      durationS: one.seconds,
      canary,
      extraPatchFiles: one.patch === null ? [] : [one.patch],
      resultsDir: join(dir, 'cases', one.name),
    },
    terms: DEFAULT_TERMS,
    command,
    planned: null,
    tolerant: false,
    compare: async () => null,
  }
}

// Each case is a run of one cell. Its events get the name of the case; its verdict is left out, because it would look
// like the verdict of the self-test.
const underName =
  (name: string, emit: Emit): Emit =>
  (event) => {
    if ('scope' in event && event.type !== 'cell') emit({ ...event, scope: name })
  }

const runCase = async (
  one: ReadyCase,
  request: SelftestRequest,
  dir: string,
  context: Context,
): Promise<CaseResult> => {
  const emit = underName(one.name, context.emit)
  const outcome = await executeRun(runRequest(one, request, dir), { emit, signal: context.signal })
  const result = caseResult(one, outcome.run.cells, relative(dir, outcome.dir))
  const text = result.caughtBy === '' ? result.reason : `by ${result.caughtBy}`
  context.emit({ type: 'cell', scope: one.name, verdict: result.status, text })
  return result
}

const save = async (dir: string, result: SelftestResult): Promise<void> => {
  await writeJson(join(dir, 'selftest.json'), result)
  await writeAtomic(join(dir, 'selftest.md'), markdownTable(result))
}

/** Builds, boots and judges the cases in sequence, and writes the table after each. */
export const executeSelftest = async (
  request: SelftestRequest,
  context: Pick<Context, 'emit' | 'signal'>,
): Promise<{ readonly dir: string; readonly result: SelftestResult }> => {
  const started = performance.now()
  const id = newRunId(new Date())
  const dir = await openRunDir(request.settings.resultsDir, id)
  await mkdir(join(dir, 'cases'), { recursive: true })
  const done: CaseResult[] = []
  const result = (interrupted: boolean): SelftestResult => ({
    schemaVersion: 1,
    id,
    exitCode: exitCodeOf(done.map(({ status }) => status)),
    interrupted,
    durationMs: Math.round(performance.now() - started),
    command: request.command,
    cases: done,
  })
  context.emit({ type: 'plan', cells: request.mustRun.map(({ name }) => name) })
  for (const one of request.cases) {
    const row = request.mustRun.includes(one)
      ? await runCase(one, request, dir, { ...context, scope: one.name })
      : listedCase(one)
    // A case that was interrupted has no result.
    if (context.signal.aborted) throw new InterruptedError(`interrupted; partial results: ${dir}`)
    done.push(row)
    await save(dir, result(true))
  }
  await save(dir, result(false))
  await writeManifest(dir)
  return { dir, result: result(false) }
}
