// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeAtomic, writeJson } from '../lib/files/atomic.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context, Emit } from '../model/events.ts'
import { executeRun } from '../run/execute.ts'
import { writeManifest } from '../run/manifest.ts'
import { planPairs } from '../run/plan/pairs.ts'
import { type RunRequest, resolvedOne } from '../run/request.ts'
import { newRunId, openRunDir } from '../run/results.ts'
import { DEFAULT_TERMS } from '../verdict/pair.ts'
import { EXPLORE_SCOPE, type Explored, exploreCases } from './explorecases.ts'
import { canariesText, type ExploredCase } from './explored.ts'
import type { ReadyCase, SelftestRequest } from './request.ts'
import { type CaseResult, caseResult, exploredOnly, listedCase, type SelftestResult, statusesOf } from './result.ts'
import { exitCodeOf } from './status.ts'
import { markdownTable } from './table.ts'

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
  explored: ExploredCase | null,
  context: Context,
): Promise<CaseResult> => {
  const emit = underName(one.name, context.emit)
  const outcome = await executeRun(runRequest(one, request, dir), { emit, signal: context.signal })
  const result = { ...caseResult(one, outcome.run.cells, relative(dir, outcome.dir)), explored }
  const text = result.caughtBy === '' ? result.reason : `by ${result.caughtBy}`
  context.emit({ type: 'cell', scope: one.name, verdict: result.status, text })
  return result
}

const save = async (dir: string, result: SelftestResult): Promise<void> => {
  await writeJson(join(dir, 'selftest.json'), result)
  await writeAtomic(join(dir, 'selftest.md'), markdownTable(result))
}

const NOTHING: Explored = { cases: new Map(), canaries: null }

/** Explores all cases before the first one boots, as one line of the progress. */
const exploreAll = async (
  request: SelftestRequest,
  dir: string,
  session: Pick<Context, 'emit' | 'signal'>,
): Promise<Explored> => {
  if (!request.explore) return NOTHING
  const found = await exploreCases(request, request.explore, dir, session)
  const rows = [...found.cases.values()]
  const caught = rows.filter(({ status }) => status === 'caught').length
  const bad = exitCodeOf([...rows, ...(found.canaries ? [found.canaries] : [])].map(({ status }) => status)) !== 0
  const text = `${caught} of ${rows.length} caught${found.canaries ? `; ${canariesText(found.canaries)}` : ''}`
  session.emit({ type: 'cell', scope: EXPLORE_SCOPE, verdict: bad ? 'fail' : 'pass', text })
  return found
}

const rowOf = async (
  one: ReadyCase,
  request: SelftestRequest,
  dir: string,
  explored: ExploredCase | null,
  context: Context,
): Promise<CaseResult> => {
  if (request.mustRun.includes(one)) return runCase(one, request, dir, explored, context)
  // Without boots, the exploration is all that there is.
  if (request.mustRun.length === 0 && explored) return exploredOnly(one, explored)
  return { ...listedCase(one), explored }
}

/** Explores, builds, boots and judges the cases in sequence, and writes the table after each. */
export const executeSelftest = async (
  request: SelftestRequest,
  context: Pick<Context, 'emit' | 'signal'>,
): Promise<{ readonly dir: string; readonly result: SelftestResult }> => {
  const started = performance.now()
  const id = newRunId(new Date())
  const dir = await openRunDir(request.settings.resultsDir, id)
  await mkdir(join(dir, 'cases'), { recursive: true })
  const done: CaseResult[] = []
  const scopes = request.mustRun.map(({ name }) => name)
  context.emit({ type: 'plan', cells: request.explore ? [EXPLORE_SCOPE, ...scopes] : scopes })
  const { cases: explored, canaries } = await exploreAll(request, dir, context)
  const result = (interrupted: boolean): SelftestResult => ({
    schemaVersion: 1,
    id,
    exitCode: exitCodeOf(statusesOf(done, canaries)),
    interrupted,
    durationMs: Math.round(performance.now() - started),
    command: request.command,
    explorer: canaries,
    cases: done,
  })
  for (const one of request.cases) {
    const row = await rowOf(one, request, dir, explored.get(one.name) ?? null, { ...context, scope: one.name })
    // A case that was interrupted has no result.
    if (context.signal.aborted) throw new InterruptedError(`interrupted; partial results: ${dir}`)
    done.push(row)
    await save(dir, result(true))
  }
  await save(dir, result(false))
  await writeManifest(dir)
  return { dir, result: result(false) }
}
