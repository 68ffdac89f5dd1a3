// SPDX-License-Identifier: MIT
import { cleanText } from '../../lib/text/clean.ts'
import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import { UNCONFIRMED } from '../../verdict/explored.ts'
import { countLines } from '../lines.ts'
import type { ExploreResult, FoundFailure, LegResult } from '../result.ts'
import { type Shown, shownPlace, shownSteps, threadsOf } from '../schedule.ts'
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

/** A failure with its schedule, in lines. */
export const failureText = (failure: FoundFailure): readonly string[] => {
  const { scenario, nth, bound, isBug, file, foundMs } = failure
  const when = foundMs === null ? '' : `, after ${Math.round(foundMs)} ms`
  const what = isBug ? 'the bug of the series' : 'another failure'
  const warning = modelText(failure)
  return [
    `  ${what}, in ${scenario}, with ${bound === null ? 'no bound' : many(bound, 'preemption')}: schedule ${nth}${when}`,
    `  ${UNCONFIRMED}`,
    ...(warning === '' ? [] : [`  ${warning}`]),
    ...(file === null ? [] : [`  again: zsharness explore --replay ${file}`]),
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

const legText = (leg: LegResult): readonly string[] => {
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
    ...leg.failures.flatMap(failureText),
  ]
}

/** The whole answer as text. */
export const exploreText = (result: ExploreResult): string =>
  `${cleanText(
    [
      `${result.verdict}: ${result.series} on ${result.tree} (${result.version}), ${result.config}`,
      ...result.reasons.map((reason) => `- ${reason}`),
      '',
      ...result.legs.flatMap(legText),
      'What this cannot say:',
      ...result.limits.map((limit) => `- ${limit}`),
    ].join('\n'),
  )}\n`
