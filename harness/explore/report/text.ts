// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { cleanText } from '../../lib/text/clean.ts'
import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import { countLines } from '../lines.ts'
import type { ExploreResult, FoundFailure, LegResult } from '../result.ts'
import { type Shown, shownPlace, shownSteps, threadsOf } from '../schedule.ts'
import { UNCONFIRMED } from '../verdict.ts'
import { legName, modelText, placeText, stepText, symptomText } from './words.ts'

const WIDTH = 46

const padded = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)

/** The heads of the columns: what each thread is asked to do. */
export const columnHeads = ({
  scenarioText,
  steps,
}: Pick<FoundFailure, 'scenarioText' | 'steps'>): readonly string[] => {
  const [, ...asked] = threadsOf(scenarioText)
  const count = Math.max(asked.length, ...steps.map(({ thread }) => thread))
  return Array.from({ length: count }, (_, index) => {
    const operations = asked[index]?.join(', ') ?? ''
    return operations === '' ? `thread ${index + 1}` : `thread ${index + 1}: ${operations}`
  })
}

const row = (cells: readonly string[]): string =>
  cells
    .map((cell) => padded(cell, WIDTH))
    .join(' | ')
    .trimEnd()

const rowsOf = (one: Shown, columns: number): readonly string[] => {
  const inColumn = (thread: number, text: string): string =>
    row(Array.from({ length: columns }, (_, index) => (index === thread - 1 ? text : '')))
  if ('left' in one) return [inColumn(one.thread, `    (${many(one.left, 'step')} left out)`)]
  const { step, switched } = one
  const place = shownPlace(step.stack)
  const line = place ? `    ${placeText(place)}` : ''
  const rule = switched ? [`${'-'.repeat(WIDTH * columns + 3 * (columns - 1))} switch`] : []
  if (step.thread === 0) return [...rule, `after the threads: ${stepText(step)}`, ...(line === '' ? [] : [line])]
  const text = inColumn(step.thread, stepText(step))
  return [...rule, text, ...(line === '' ? [] : [inColumn(step.thread, line)])]
}

/** A failing schedule in columns, one for each thread, down to the symptom. */
export const scheduleText = (failure: FoundFailure): string => {
  const heads = columnHeads(failure)
  const stack = failure.stack.map((place) => `      ${placeText(place)}`)
  return [
    row(heads),
    '-'.repeat(WIDTH * heads.length + 3 * (heads.length - 1)),
    ...shownSteps(failure.steps).flatMap((one) => rowsOf(one, heads.length)),
    `*** ${symptomText(failure)}`,
    ...stack,
  ].join('\n')
}

/** Whether the lane that is built around frees in a writeback can meet this scenario. */
const isRace = ({ scenarioText }: Pick<FoundFailure, 'scenarioText'>): boolean => {
  const asked = threadsOf(scenarioText).slice(1).flat()
  return asked.some((one) => one.startsWith('shrink')) && asked.some((one) => one.startsWith('free'))
}

/** The command that replays a failure, and the one that tries it on a booted kernel; none for a failure without a file. */
export const commandsOf = (failure: FoundFailure, dir?: string) => {
  if (failure.file === null) return undefined
  const file = dir === undefined ? failure.file : join(dir, failure.file)
  const lane = isRace(failure) ? ['--lane', 'race'] : []
  return {
    again: ['zsharness', 'explore', '--replay', file],
    boot: failure.holds.length === 0 ? undefined : ['zsharness', 'run', ...lane, '--schedule', file],
  }
}

/** The nearest hold point for each preemption, as flags to paste. */
export const holdFlags = ({ holds }: Pick<FoundFailure, 'holds'>): readonly string[] =>
  holds.flatMap(({ choices: [nearest] }) => (nearest ? [`--hold '${nearest.text}'`] : []))

const holdLines = (failure: FoundFailure): readonly string[] => {
  const lines = holdFlags(failure).map(
    (flag, index) => `  ${index === 0 ? 'as hold points: ' : '                '}${flag}`,
  )
  return lines.length > 0 ? lines : ['  no hold point brings it: its threads run one after the other']
}

/** A failure with its schedule, in lines. */
export const failureText = (failure: FoundFailure, dir?: string): readonly string[] => {
  const { scenario, nth, bound, isBug, foundMs } = failure
  const commands = commandsOf(failure, dir)
  const when = foundMs === null ? '' : `, after ${Math.round(foundMs)} ms`
  const what = isBug ? 'the bug of the series' : 'another failure'
  const warning = modelText(failure)
  return [
    `  ${what}, in ${scenario}, with ${bound === null ? 'no bound' : many(bound, 'preemption')}: schedule ${nth}${when}`,
    `  ${UNCONFIRMED}`,
    ...(warning === '' ? [] : [`  ${warning}`]),
    ...holdLines(failure),
    ...(commands ? [`  again: ${commands.again.join(' ')}`] : []),
    ...(commands?.boot ? [`  on a booted kernel: ${commands.boot.join(' ')}`] : []),
    '',
    ...scheduleText(failure)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
  ]
}

const linesText = ({ patchLines }: LegResult): readonly string[] => {
  if (patchLines === null) return []
  const { executable, executed } = countLines(patchLines)
  const idle = patchLines.flatMap(({ file, lines }) =>
    lines.filter(({ ran }) => !ran).map(({ line, text }) => `    not run: ${file}:${line}: ${text.trim()}`),
  )
  return [`  ${executed} of ${executable} lines of the patch with code ran`, ...idle]
}

const legText = (leg: LegResult, dir: string | undefined): readonly string[] => {
  const head = `${legName(leg.leg)} (${leg.leg}): `
  if (leg.status === 'cannot' || leg.status === 'unbuilt') return [`${head}${leg.reason}`, '']
  const { objectsMs, explorerMs, searchMs } = leg.timings
  const rate = searchMs > 0 ? Math.round((leg.schedules * 1000) / searchMs) : 0
  return [
    `${head}${leg.failures.length > 0 ? 'fails' : 'no schedule fails'}`,
    `  ${leg.frontier}`,
    `  ${many(leg.schedules, 'schedule')} of ${leg.objects.join(', ')} in ${duration(searchMs)}, ${rate} a second; objects ${duration(objectsMs)}, link ${duration(explorerMs)}`,
    ...linesText(leg),
    ...leg.models.map((model) => `  a model: ${model}`),
    '',
    ...leg.failures.flatMap((failure) => failureText(failure, dir)),
  ]
}

/** The whole answer as text; `dir` is its folder, for commands that can be pasted. */
export const exploreText = (result: ExploreResult, dir?: string): string =>
  `${cleanText(
    [
      `${result.verdict}: ${result.series} on ${result.tree} (${result.version}), ${result.config}`,
      ...result.reasons.map((reason) => `- ${reason}`),
      '',
      ...result.legs.flatMap((leg) => legText(leg, dir)),
      'What this cannot say:',
      ...result.limits.map((limit) => `- ${limit}`),
    ].join('\n'),
  )}\n`
