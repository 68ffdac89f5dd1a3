// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { countLines } from '../../explore/lines.ts'
import type { ExploreResult, FoundFailure, LegResult } from '../../explore/result.ts'
import type { Exploration, ModelFailure } from '../../model/results.ts'
import { failureAfter } from '../../verdict/explored.ts'
import type { ExploreUnit } from './units.ts'

const failureOf = (leg: LegResult['leg'], found: FoundFailure, path: string): ModelFailure => {
  const at = found.stack.find(({ file }) => file !== null && !file.startsWith('guest/explore/'))
  return {
    leg,
    scenario: found.scenario,
    kind: found.kind,
    text: found.text,
    function: at?.function ?? null,
    file: at?.file ?? null,
    line: at?.line ?? null,
    signature: found.isBug,
    model: found.model,
    schedule: found.file === null ? null : join(path, found.file),
  }
}

const NOTHING = {
  ...{ bound: null, scenarios: 0, schedules: 0, patchLines: null, failures: [], unexplored: [], cached: false },
  path: null,
} satisfies Partial<Exploration>

const base = ({ name, tree, series, config, legs }: ExploreUnit, answeredMs: number) => ({
  ...{ name, tree, series, config, legs: [...legs], answeredMs: Math.round(answeredMs) },
  arch: 'x86_64' as const,
})

/** What was not explored, and why. */
export const notExplored = (unit: ExploreUnit, reason: string, answeredMs: number): Exploration => ({
  ...base(unit, answeredMs),
  ...NOTHING,
  status: 'not-explored',
  reason,
})

const isExplored = ({ status }: LegResult): boolean => status === 'failed' || status === 'searched'

/** An exploration as evidence of the pairs with its code. */
export const evidenceOf = (
  unit: ExploreUnit,
  { verdict, reasons, bound, legs }: ExploreResult,
  at: { readonly path: string; readonly cached: boolean; readonly answeredMs: number },
): Exploration => {
  const { path, cached, answeredMs } = at
  if (!legs.some(isExplored)) {
    const [reason] = legs.map((leg) => leg.reason)
    return { ...notExplored(unit, reason ?? 'no leg', answeredMs), cached, path }
  }
  const after = legs.find(({ leg }) => leg === 'after')
  return {
    ...base(unit, answeredMs),
    status: verdict,
    reason: reasons.join('; '),
    bound,
    scenarios: Math.max(...legs.map(({ reached }) => reached.length)),
    schedules: legs.reduce((sum, { schedules }) => sum + schedules, 0),
    patchLines: after?.patchLines ? countLines(after.patchLines) : null,
    failures: legs.flatMap(({ leg, failures: [first] }) => (first ? [failureOf(leg, first, path)] : [])),
    unexplored: after?.unexplored ?? [],
    cached,
    path,
  }
}

const heightOf = ({ bound }: Pick<Exploration, 'bound'>): number =>
  bound === 'all' ? Number.POSITIVE_INFINITY : (bound ?? -1)

/** Whether a second answer about the same code stands instead of the first: its budget may have cut it off earlier. */
export const saysMore = (second: Exploration, first: Exploration): boolean => {
  if (failureAfter(second)) return true
  if (second.status !== first.status) return second.status === 'explored'
  return heightOf(second) >= heightOf(first)
}

/** The same where the booted kernels have options of these files: they may change code, and the objects are without. */
export const withoutOptions = (one: Exploration, files: readonly string[]): Exploration =>
  files.length === 0 || one.status !== 'explored'
    ? one
    : {
        ...one,
        status: 'inconclusive',
        reason: `the explored objects are without the options of ${files.join(', ')}; ${one.reason}`,
      }
