// SPDX-License-Identifier: MIT

import { cleanLine } from '../../lib/text/clean.ts'
import type { Event, Step } from '../../model/events.ts'
import { describeStep } from '../words.ts'

/** The state of one scope of the run. */
export interface Work {
  readonly scope: string
  /** When it started, moved by the time that it waited between its steps. */
  readonly startedMs: number
  /** Null before the first step. */
  readonly step: Step | null
  readonly fraction: number | null
  readonly remainingMs: number | null
  /** When `fraction` and `remainingMs` were reported. */
  readonly progressMs: number
  /** The latest detail: a counter, a note, the lane. */
  readonly detail: string
  /** Steps that started and did not finish, outermost first; none while it waits for its next step. */
  readonly open: readonly Step[]
  readonly verdict: string | null
  readonly endedMs: number | null
  /** Since when it waits for its next step; null while a step runs. */
  readonly idleMs: number | null
}

export interface TreeState {
  readonly startedMs: number
  readonly work: ReadonlyMap<string, Work>
  /** The cells of the plan; empty without a plan. */
  readonly planned: readonly string[]
  readonly end: Extract<Event, { type: 'run' }> | null
}

export const initialState = (nowMs: number): TreeState => ({
  startedMs: nowMs,
  work: new Map(),
  planned: [],
  end: null,
})

const fresh = (scope: string, nowMs: number): Work => ({
  scope,
  startedMs: nowMs,
  step: null,
  fraction: null,
  remainingMs: null,
  progressMs: nowMs,
  detail: '',
  open: [],
  verdict: null,
  endedMs: null,
  idleMs: null,
})

const onStep = (work: Work, event: Extract<Event, { type: 'step' }>, nowMs: number): Partial<Work> => {
  const others = work.open.filter((step) => step !== event.step)
  const open = event.state === 'start' ? [...others, event.step] : others
  const progress = { open, step: open.at(-1) ?? event.step, fraction: null, remainingMs: null, progressMs: nowMs }
  if (event.state !== 'start')
    return { ...progress, detail: describeStep(event, undefined), idleMs: open.length === 0 ? nowMs : null }
  const waited = work.idleMs === null ? 0 : nowMs - work.idleMs
  return { ...progress, detail: cleanLine(event.detail ?? ''), startedMs: work.startedMs + waited, idleMs: null }
}

const onEvent = (work: Work, event: Exclude<Event, { type: 'plan' | 'run' }>, nowMs: number): Partial<Work> => {
  switch (event.type) {
    case 'step':
      return onStep(work, event, nowMs)
    case 'progress':
      return {
        step: event.step,
        open: work.open.includes(event.step) ? work.open : [...work.open, event.step],
        fraction: event.fraction,
        remainingMs: event.remainingMs ?? null,
        progressMs: nowMs,
        ...(event.detail === undefined ? {} : { detail: cleanLine(event.detail) }),
      }
    case 'note':
      return { detail: cleanLine(event.text) }
    case 'cell':
      return { verdict: cleanLine(event.verdict), detail: cleanLine(event.text), endedMs: nowMs }
    default:
      return event satisfies never
  }
}

/** The state after this event. */
export const advance = (state: TreeState, event: Event, nowMs: number): TreeState => {
  if (event.type === 'plan') return { ...state, planned: event.cells.map(cleanLine) }
  if (event.type === 'run') return { ...state, end: event }
  const scope = cleanLine(event.scope)
  const old = state.work.get(scope) ?? fresh(scope, nowMs)
  return { ...state, work: new Map(state.work).set(scope, { ...old, ...onEvent(old, event, nowMs) }) }
}
