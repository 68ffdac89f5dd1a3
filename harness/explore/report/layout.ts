// SPDX-License-Identifier: MIT
import { type Shown, type Step, shownSteps } from '../schedule.ts'

/** One line of the diagram, from the top. */
export interface Row {
  readonly y: number
  readonly height: number
  readonly shown: Shown
}

/** A span of rows in which a thread runs, or holds a lock. */
export interface Span {
  readonly thread: number
  readonly from: number
  readonly to: number
}

/** A lock that a thread holds; `nth` counts those that it holds at once. */
export interface Held extends Span {
  readonly lock: string
  readonly nth: number
}

/** Where everything of a schedule is in a diagram whose time runs down. */
export interface Layout {
  readonly rows: readonly Row[]
  readonly runs: readonly Span[]
  readonly held: readonly Held[]
  /** From the last row of a thread to the first one of the next. */
  readonly switches: readonly { readonly from: number; readonly to: number; readonly y: number; readonly toY: number }[]
  readonly height: number
}

const STEP = 40
const LEFT_OUT = 24

const placed = (shown: readonly Shown[]): readonly Row[] => {
  let y = 0
  return shown.map((one) => {
    const height = 'left' in one ? LEFT_OUT : STEP
    const row = { y, height, shown: one }
    y += height
    return row
  })
}

type StepRow = Row & { readonly shown: { readonly step: Step } }

const stepRows = (rows: readonly Row[]): readonly StepRow[] => rows.filter((row): row is StepRow => 'step' in row.shown)

const threadOf = ({ shown }: Row): number => ('left' in shown ? shown.thread : shown.step.thread)

/** Rows of one thread after each other, with what is left out of it: it runs from the middle of the first to that of the last. */
const runsOf = (rows: readonly Row[]): readonly Span[] => {
  const spans: { thread: number; from: number; to: number }[] = []
  for (const row of rows) {
    const last = spans.at(-1)
    const middle = row.y + row.height / 2
    if (last?.thread === threadOf(row)) last.to = middle
    else spans.push({ thread: threadOf(row), from: middle, to: middle })
  }
  return spans
}

const UNLOCK = /unlock/
const LOCK = /lock/

const keyOf = ({ thread, address, on }: Step): string => `${thread} ${address ?? on}`

const heldOf = (rows: readonly StepRow[], end: number): readonly Held[] => {
  const open = new Map<string, StepRow>()
  const held: Held[] = []
  const close = (first: StepRow, to: number): void => {
    const { thread, on } = first.shown.step
    const from = first.y + first.height / 2
    const nth = held.filter((one) => one.thread === thread && one.from < to && one.to > from).length
    held.push({ thread, lock: on ?? 'a lock', from, to, nth })
  }
  for (const row of rows) {
    const key = keyOf(row.shown.step)
    const first = open.get(key)
    if (UNLOCK.test(row.shown.step.op)) {
      if (first) close(first, row.y + row.height / 2)
      open.delete(key)
    } else if (LOCK.test(row.shown.step.op) && !first) open.set(key, row)
  }
  // An attempt that failed holds nothing.
  for (const first of open.values()) if (!/try/.test(first.shown.step.op)) close(first, end)
  return held
}

/** Lays out the steps that matter. Pure. */
export const layOutSchedule = (steps: readonly Step[]): Layout => {
  const rows = placed(shownSteps(steps))
  const own = stepRows(rows)
  const last = rows.at(-1)
  const height = last ? last.y + last.height : 0
  const runs = runsOf(rows)
  const switches = runs.flatMap((run, index) => {
    const before = runs[index - 1]
    return before ? [{ from: before.thread, to: run.thread, y: before.to, toY: run.from }] : []
  })
  return { rows, runs, held: heldOf(own, height), switches, height }
}
