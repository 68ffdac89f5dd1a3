// SPDX-License-Identifier: MIT
import { markdownCode as code, markdownRow as row, markdownText as text } from '../../lib/text/markdown.ts'
import { duration } from '../../lib/text/time.ts'
import { type Tone, toneOf } from '../../model/words.ts'
import { toneOfNight } from './rows.ts'
import type { Flaky, History, HistoryKernel, HistoryRow, NightRun } from './schema.ts'
import {
  basisText,
  dayOf,
  daysOf,
  figureName,
  figureText,
  lastOf,
  legText,
  rateText,
  rowToneOf,
  summaryOf,
} from './words.ts'

const MARKS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', broken: '🛑' }
const MAX_NIGHTS = 30

type Days = ReadonlyMap<string, string>

const whenOf = (days: Days, run: string | null): string => (run === null ? '–' : `${days.get(run) ?? ''} ${code(run)}`)

const stripOf = (one: HistoryRow, runs: readonly NightRun[]): string => {
  const nights = new Map(one.nights.map((night) => [night.run, night]))
  return runs
    .slice(-MAX_NIGHTS)
    .map(({ folder }) => {
      const night = nights.get(folder)
      return night ? MARKS[toneOfNight(one, night)] : '·'
    })
    .join('')
}

const rowLine = (one: HistoryRow, { runs }: History, days: Days): string =>
  row([
    `${MARKS[rowToneOf(one)]} ${lastOf(one)?.verdict ?? ''}`,
    `${text(one.name)} (${legText(one)})`,
    stripOf(one, runs),
    whenOf(days, one.firstBad),
    whenOf(days, one.lastGood),
    one.firstBad === null ? '' : text(lastOf(one)?.why ?? ''),
  ])

const flakyLine = (one: Flaky, days: Days): string =>
  row([
    `${text(one.name)} (${legText(one)}, ${text(one.machine)})`,
    text(rateText(one)),
    text(basisText(one)),
    text(one.titles.join('; ')),
    one.failedIn.map((run) => days.get(run) ?? '').join(', '),
  ])

const flakyLines = ({ flaky }: History, days: Days): readonly string[] =>
  flaky.length === 0
    ? []
    : [
        '### Flaky kernels',
        '',
        row(['kernel', 'rate', 'shown by', 'failures', 'on']),
        row(['---', '---', '---', '---', '---']),
        ...flaky.map((one) => flakyLine(one, days)),
        '',
      ]

const kernelLines = (one: HistoryKernel): readonly string[] =>
  one.figures.map((figure) =>
    row([
      `${text(one.name)} (${legText(one)})`,
      text(figureName(figure)),
      text(figureText(figure)),
      String(figure.points.length),
    ]),
  )

const runLine = (run: NightRun): string =>
  row([
    code(run.folder),
    dayOf(run),
    `${MARKS[toneOf(run.verdict)]} ${run.verdict}${run.interrupted ? ', interrupted' : ''}`,
    text(run.plan ?? ''),
    duration(run.durationMs),
  ])

const notReadLines = ({ notRead }: History): readonly string[] =>
  notRead.length === 0
    ? []
    : ['### Not counted', '', ...notRead.map(({ folder, why }) => `- ${code(folder)}: ${text(why)}`), '']

/** The history as Markdown. */
export const markdownHistory = (history: History): string => {
  const { tone, text: summary, meaning } = summaryOf(history)
  const days = daysOf(history)
  return [
    `## ${MARKS[tone]} History: ${summary}`,
    '',
    text(meaning),
    '',
    '### Nights',
    '',
    row(['last', 'what', `the last ${MAX_NIGHTS} runs, newest at the end`, 'first bad run', 'last good run', 'why']),
    row(['---', '---', '---', '---', '---', '---']),
    ...history.rows.map((one) => rowLine(one, history, days)),
    '',
    ...flakyLines(history, days),
    '### Figures',
    '',
    row(['kernel', 'figure', 'last, and its range', 'runs']),
    row(['---', '---', '---', '---:']),
    ...history.kernels.flatMap(kernelLines),
    '',
    '### Runs',
    '',
    row(['run', 'day', 'verdict', 'plan', 'time']),
    row(['---', '---', '---', '---', '---:']),
    ...[...history.runs].reverse().map(runLine),
    '',
    ...notReadLines(history),
  ].join('\n')
}
