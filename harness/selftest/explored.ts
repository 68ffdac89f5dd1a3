// SPDX-License-Identifier: MIT
import type { ExplorerCanary } from '../explore/canaries.ts'
import { commonBound, type Reached } from '../explore/frontier.ts'
import type { FoundFailure, LegResult } from '../explore/result.ts'
import { isCovered } from '../explore/verdict.ts'
import type { CaseStatus } from '../model/words.ts'
import type { Case } from './plan.ts'

/** What an exploration says of a case. */
export interface ExploredCase {
  readonly status: CaseStatus
  /** The symptom and the scenario; empty when it was not caught. */
  readonly caughtBy: string
  readonly reason: string
  /** Whether the failure rests on a model of ours. */
  readonly model: boolean
  /** The number of the schedule that failed in its process; null when none did. */
  readonly nth: number | null
  /** From the start of the search to the failure. */
  readonly foundMs: number | null
  readonly schedules: number
  readonly objectsMs: number
  readonly explorerMs: number
  readonly searchMs: number
}

/** What the explorer's own canaries did. */
export interface ExploredCanaries {
  readonly status: Extract<CaseStatus, 'caught' | 'missed'>
  readonly canaries: readonly ExplorerCanary[]
  readonly ms: number
}

// Without a preemption, threads run one after the other.
const LEAST_BOUND = 1

/** Whether a case must be caught. */
export const isWrong = ({ type, equivalent }: Pick<Case, 'type' | 'equivalent'>): boolean =>
  type === 'mutant' && equivalent === null

/** How far the correct code was searched; null where it is not one of the cases. */
export type CorrectCode = readonly Reached[] | null

type Said = Pick<ExploredCase, 'status' | 'caughtBy' | 'reason'>
type Searched = Pick<LegResult, 'status' | 'reason' | 'failures' | 'unexplored' | 'frontier' | 'reached'>

// The correct code could fail in the same way where it was not searched as far.
const isBeyond = (failure: FoundFailure, correct: CorrectCode): boolean =>
  correct !== null && !isCovered(failure, { reached: correct })

// What has the code of the correct version fails as that does.
const saidOfFailure = (one: Case, { failures }: Searched, sameCode: boolean, correct: CorrectCode): Said => {
  const [first] = failures
  const { kind, scenario, text, model } = first!
  const caughtBy = `${kind} in ${scenario}${model ? ', in a model of ours' : ''}`
  if (!isWrong(one) || sameCode) return { status: 'false-alarm', caughtBy, reason: text }
  return isBeyond(first!, correct)
    ? { status: 'unproven', caughtBy, reason: `the correct code was not searched that far: ${text}` }
    : { status: 'caught', caughtBy, reason: text }
}

// Unless that is what its case expects, a version that does not build is an error in the set.
const saidOfUnbuilt = (one: Case, { reason }: Searched): Said => {
  if (!isWrong(one)) return { status: 'unproven', caughtBy: '', reason }
  return one.expect.some(({ oracle }) => oracle === 'build')
    ? { status: 'caught', caughtBy: 'the compiler', reason }
    : { status: 'missed', caughtBy: '', reason }
}

/** Why what was planted is not in what was explored; undefined when it is. */
const whyNotCovered = ({ status, reason, unexplored }: Searched, sameCode: boolean): string | undefined => {
  if (status === 'cannot') return reason
  if (unexplored.length > 0) return `not explored: ${unexplored.join(', ')}`
  return sameCode ? 'with this config, its code is that of the correct version' : undefined
}

const said = (one: Case, found: Searched, sameCode: boolean, correct: CorrectCode): Said => {
  if (found.failures.length > 0) return saidOfFailure(one, found, sameCode, correct)
  if (found.status === 'unbuilt') return saidOfUnbuilt(one, found)
  const uncovered = whyNotCovered(found, sameCode)
  // Where the correct code cannot be explored, nothing was shown.
  if (uncovered !== undefined)
    return { status: one.type === 'control' ? 'unproven' : 'not-covered', caughtBy: '', reason: uncovered }
  if (isWrong(one)) return { status: 'missed', caughtBy: '', reason: `no schedule fails: ${found.frontier}` }
  const bound = commonBound(found.reached)
  const isComplete = bound === 'all' || (bound !== null && bound >= LEAST_BOUND)
  return { status: isComplete ? 'clean' : 'unproven', caughtBy: '', reason: found.frontier }
}

/**
 * The row of a case from its exploration. `sameCode`: its objects have the code of the correct version's. `correct`:
 * how far that one was searched. Pure.
 */
export const exploredCase = (
  one: Case,
  found: LegResult,
  sameCode: boolean,
  correct: CorrectCode = null,
): ExploredCase => {
  const [first] = found.failures
  const { objectsMs, explorerMs, searchMs } = found.timings
  return {
    ...said(one, found, sameCode && one.type !== 'control', correct),
    model: first?.model ?? false,
    nth: first?.nth ?? null,
    foundMs: first?.foundMs ?? null,
    schedules: found.schedules,
    ...{ objectsMs, explorerMs, searchMs },
  }
}

/** The row of a case whose exploration the host, or the explorer, ended. */
export const failedCase = (reason: string): ExploredCase => ({
  ...{ status: 'error', caughtBy: '', reason, model: false, nth: null, foundMs: null, schedules: 0 },
  ...{ objectsMs: 0, explorerMs: 0, searchMs: 0 },
})

/** From the source to the answer. */
export const exploredMs = ({ objectsMs, explorerMs, searchMs }: ExploredCase): number =>
  objectsMs + explorerMs + searchMs

/** An exploration in a few words, for a table. */
export const exploredText = ({ status, caughtBy, reason, nth, foundMs }: ExploredCase): string => {
  if (caughtBy === '') return `${status}: ${reason}`
  const where = nth === null ? '' : `, schedule ${nth}`
  const when = foundMs === null ? '' : `, ${Math.round(foundMs)} ms`
  return `${status}: ${caughtBy}${where}${when}`
}

/** The canaries as one row. A wrong one, and a test that failed beside them, count as missed. */
export const exploredCanaries = (
  { canaries, passed }: { readonly canaries: readonly ExplorerCanary[]; readonly passed: boolean },
  ms: number,
): ExploredCanaries => ({
  status: passed && canaries.every(({ behaves }) => behaves) ? 'caught' : 'missed',
  canaries,
  ms: Math.round(ms),
})

/** What the canaries did, in one line. */
export const canariesText = ({ status, canaries }: ExploredCanaries): string => {
  const wrong = canaries.filter(({ behaves }) => !behaves)
  if (status === 'caught') return `all ${canaries.length} canaries of the explorer behave`
  if (wrong.length === 0) return "the explorer's own tests fail"
  return `${wrong.length} of ${canaries.length} canaries of the explorer do not behave: ${wrong.map(({ name, did }) => `${name} (${did})`).join('; ')}`
}
