// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { cleanDeep } from '../../lib/text/deep.ts'
import { cell, evidence, finding, pair, run, SCHEMA_VERSION } from '../../model/results.ts'

const leanCell = cell
  .pick({ id: true, arch: true, leg: true, config: true, profile: true, tree: true, series: true, run: true })
  .extend({
    ...cell.pick({ verdict: true, reason: true, timings: true, machine: true, objects: true, lanes: true }).shape,
    ...cell.pick({ request: true }).shape,
    findings: z.array(finding.pick({ title: true, known: true, signature: true })),
    evidence: evidence.pick({ cpusOnline: true, lanes: true }),
    kernel: cell.shape.kernel.pick({ key: true, cached: true }),
  })

// Half of a run.json is findings and command lines, which no history shows.
const leanRun = run
  .pick({ schemaVersion: true, id: true, verdict: true, exitCode: true, interrupted: true, startedAt: true })
  .extend({
    ...run.pick({ durationMs: true, versions: true, plan: true }).shape,
    pairs: z.array(
      pair.pick({ arch: true, config: true, profile: true, tree: true, series: true, verdict: true, reason: true }),
    ),
    cells: z.array(leanCell),
  })

export type LeanRun = z.infer<typeof leanRun>
export type LeanCell = LeanRun['cells'][number]

/** A run by its folder. */
export interface Read {
  readonly folder: string
  readonly run: LeanRun
}

const versionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined

const EXTRA = ' with extra patches'

/** A run with `--extra-patch` is an experiment: it has rows of its own, and is no bad night of its series. */
const ownRows = (read: LeanRun): LeanRun => {
  if (read.cells.every(({ request }) => (request?.extraPatchFiles ?? []).length === 0)) return read
  const named = <T extends { series: string | null }>(one: T): T =>
    one.series === null ? one : { ...one, series: `${one.series}${EXTRA}` }
  return { ...read, pairs: read.pairs.map(named), cells: read.cells.map(named) }
}

/** What a history needs of a `run.json`; or why it cannot be read. */
export const parseLean = (text: string): { readonly run: LeanRun } | { readonly why: string } => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { why: 'run.json is cut off or damaged' }
  }
  const version = versionOf(value)
  if (version !== SCHEMA_VERSION)
    return { why: `run.json has schema version ${JSON.stringify(version) ?? 'none'}, not ${SCHEMA_VERSION}` }
  const result = leanRun.safeParse(value)
  if (result.success) return { run: ownRows(cleanDeep(result.data)) }
  const [issue] = result.error.issues
  return { why: `run.json is not of a run: ${issue?.path.join('.')}: ${issue?.message}` }
}
