// SPDX-License-Identifier: MIT
import { formatHold, formatWhom } from '../inputs/hold/format.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { formatPoint } from '../inputs/hold/point.ts'
import { NO_SERIES } from '../inputs/series/none.ts'
import { many } from '../lib/text/number.ts'
import type { CellResult, Finding, RunResult, TriedSchedule } from '../model/results.ts'
import { plainName } from '../splat/index.ts'
import { hasBooted } from './exposure.ts'
import { familiesOf } from './symptoms.ts'

type Cell = Pick<
  CellResult,
  'id' | 'leg' | 'series' | 'verdict' | 'findings' | 'evidence' | 'holds' | 'exposure' | 'reason'
>

/** What became of a schedule on booted kernels. */
type Confirmed = NonNullable<RunResult['schedule']>

// The innermost function, and who called it: one alone may fail in many ways.
const LEAST_FRAMES = 2

/** Whether a report begins with functions of this stack, in its order: what was inlined there has no frame in a report. */
const beginsWithin = (reported: readonly string[], stack: readonly string[]): boolean => {
  const names = stack.map(plainName)
  const first = reported.slice(0, LEAST_FRAMES).map(plainName)
  let at = 0
  for (const name of first) {
    at = names.indexOf(name, at) + 1
    if (at === 0) return false
  }
  return first.length > 0
}

/** Whether a finding is of a kind that the symptom, `kind: text`, would have on a booted kernel. */
const isSymptom = ({ symptom }: TriedSchedule, { kind }: Finding): boolean =>
  familiesOf(symptom.split(':')[0]!).includes(kind)

const isSame = (schedule: TriedSchedule, finding: Finding): boolean => {
  if (finding.known || !finding.shown || finding.shown.in === 'boot') return false
  if (schedule.bySignature) return finding.signature
  return isSymptom(schedule, finding) && beginsWithin(finding.shown.stack, schedule.stack)
}

/** How often the hold of this text was met: how often it held, where it waits for nobody. */
const timesMet = ({ evidence }: Cell, text: string): number => {
  const hold = parseHold(text, text)
  if (hold.kind !== 'hold') return 0
  const name = `${formatPoint(hold.point, 'held')}${formatWhom(hold.whom)}`
  const counts = evidence.holds.find(({ point }) => point === name)
  return (hold.until === null ? counts?.held : counts?.met) ?? 0
}

const armedIn = ({ holds }: Cell): readonly string[] =>
  holds?.from === 'schedule' ? holds.armed.map(({ text }) => text) : []

/** A point as it is recorded when it is armed. */
const recorded = (text: string): string => {
  try {
    return formatHold(parseHold(text, text))
  } catch {
    return text
  }
}

/** Whether each preemption has a point among these; one may stand for several. */
const haveAll = ({ holds }: TriedSchedule, armed: readonly string[]): boolean => {
  const texts = new Set(armed.map(recorded))
  return holds.every(({ choices }) => choices.some(({ text }) => texts.has(recorded(text))))
}

/** Why a boot does not confirm the schedule; undefined when it does. */
const whyNot = (schedule: TriedSchedule, cell: Cell): string | undefined => {
  const armed = armedIn(cell)
  if (armed.length === 0) return `${cell.id} armed none of its points`
  if (!haveAll(schedule, armed)) return `${cell.id} could not arm all of its points`
  const failures = cell.findings.filter(({ known }) => !known)
  const [other] = failures
  if (!failures.some((finding) => isSame(schedule, finding)))
    return other === undefined ? undefined : `${cell.id} fails in another way: ${other.title}`
  const unmet = armed.find((text) => timesMet(cell, text) === 0)
  return unmet === undefined ? undefined : `${cell.id} fails in that way, but not while '${unmet}' was met`
}

const shows = (schedule: TriedSchedule, cell: Cell): boolean =>
  whyNot(schedule, cell) === undefined && cell.findings.some((finding) => isSame(schedule, finding))

const sum = (cells: readonly Cell[], texts: readonly string[]): number =>
  cells.reduce((total, cell) => total + texts.reduce((met, text) => met + timesMet(cell, text), 0), 0)

/** Whether a booted kernel failed as the exploration did, while the points of its schedule were met. Pure. */
export const confirm = (schedule: TriedSchedule, all: readonly Cell[]): Confirmed => {
  const cells = all.filter(({ leg, series }) => leg === schedule.leg || series === NO_SERIES)
  const booted = cells.filter(hasBooted)
  const { file, leg } = schedule
  const holds = [...new Set(booted.flatMap(armedIn))]
  const base = { file, leg, holds }
  const shown = booted.find((cell) => shows(schedule, cell))
  if (shown) {
    const [same] = shown.findings.filter((finding) => isSame(schedule, finding))
    return {
      ...base,
      confirmed: true,
      reason: `${shown.id} fails with ${same!.title}, after ${many(sum([shown], armedIn(shown)), 'meeting')} at its points`,
    }
  }
  const no = (reason: string): Confirmed => ({ ...base, confirmed: false, reason })
  if (booted.length === 0) return no(cells[0]?.reason ?? `no kernel of the ${leg} leg was booted`)
  const why = booted.flatMap((cell) => whyNot(schedule, cell) ?? [])[0]
  return no(why ?? `${many(booted.length, 'boot')} passed, with ${many(sum(booted, holds), 'meeting')} at its points`)
}

/** What became of the schedule that these cells tried; null when they tried none. */
export const confirmedBy = (cells: readonly CellResult[]): RunResult['schedule'] => {
  const tried = cells.flatMap(({ request }) => request?.added.schedule ?? [])[0]
  return tried === undefined ? null : confirm(tried, cells)
}

/** The same in words, for a line of a report. */
export const describeConfirmed = ({ confirmed, reason }: Confirmed): string =>
  `${confirmed ? 'confirmed' : 'not confirmed'} on a booted kernel: ${reason}`
