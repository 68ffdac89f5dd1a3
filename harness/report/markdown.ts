// SPDX-License-Identifier: MIT
import {
  markdownCode as code,
  markdownFence as fence,
  markdownHtml as html,
  markdownRow as row,
  markdownText as text,
} from '../lib/text/markdown.ts'
import { many } from '../lib/text/number.ts'
import { duration } from '../lib/text/time.ts'
import { type Tone, toneOf } from '../model/words.ts'
import { showGuilty } from '../splat/bucket/show.ts'
import { describeChange } from '../verdict/compare.ts'
import { describeFound, describeMinimised, describeSweep, fewestOf, holdYaml } from '../verdict/holdpoints.ts'
import { pairName, pairNameOf } from '../verdict/place.ts'
import { describeAmplify } from './amplify.ts'
import { explorationLines, pageOfExploration } from './explored.ts'
import { failuresOf, splatOf } from './findings.ts'
import { headlineOf, type Reason } from './headline.ts'
import { type KernelHolds, kernelHolds, pointColumns } from './holds.ts'
import type { CellReport, Report } from './model.ts'
import { describeObject } from './objects.ts'

const MARKS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', broken: '🛑' }

const mark = (verdict: string): string => `${MARKS[toneOf(verdict)]} ${verdict}`

const pairTable = ({ run }: Report): readonly string[] =>
  run.pairs.length === 0
    ? []
    : [
        '### Pairs',
        '',
        row(['pair', 'verdict', 'why']),
        row(['---', '---', '---']),
        ...run.pairs.map((pair) => row([code(pairName(pair)), mark(pair.verdict), text(pair.reason)])),
        '',
      ]

const cellRow = ({ cell }: CellReport): string => {
  const { writtenBackPages, windows, hits, patchLines } = cell.evidence
  const lines = patchLines === null ? '–' : `${patchLines.executed} of ${patchLines.executable}`
  const { buildMs, bootMs, lanesMs } = cell.timings
  return row([
    code(cell.id),
    mark(cell.verdict),
    text(failuresOf(cell)[0]?.title ?? cell.reason),
    String(writtenBackPages),
    `${hits} / ${windows}`,
    lines,
    duration(buildMs + bootMs + lanesMs),
  ])
}

const cellTable = ({ cells, unfinished }: Report): readonly string[] => [
  '### Cells',
  '',
  row(['cell', 'verdict', 'why', 'pages written back', 'hits / holds', 'patch lines run', 'time']),
  row(['---', '---', '---', '---:', '---:', '---:', '---:']),
  ...cells.map(cellRow),
  ...unfinished.map((id) => row([code(id), '🛑 not finished', 'the run ended before it did', '', '', '', ''])),
  '',
]

/** How the patch changes each object, one line for each patched kernel. */
const objectLines = ({ run }: Report): readonly string[] => {
  const lines = run.cells
    .filter(({ leg, run: boot }) => leg === 'after' && boot === 1)
    .flatMap((cell) =>
      cell.objects.map((object) => `- ${code(pairNameOf(cell))} ${code(object.file)}: ${describeObject(object)}`),
    )
  return lines.length === 0 ? [] : ['### Objects', '', ...lines, '']
}

const MAX_POINTS = 12

const pointTable = ({ points }: KernelHolds): readonly string[] => {
  const columns = pointColumns(points)
  return [
    row(['point', ...columns.map(({ name }) => name)]),
    row(['---', ...columns.map(() => '---:')]),
    ...points.slice(0, MAX_POINTS).map((one) => row([code(one.point), ...columns.map(({ of }) => String(of(one)))])),
    '',
  ]
}

const forSeries = (texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : ['For series.yaml:', '', ...fence(holdYaml(texts)), '']

const foundBlock = ({ cell, found }: KernelHolds['found'][number]): readonly string[] => [
  `Found in ${text(describeFound(found))} of ${code(cell.id)}, which had armed ${found.armed.map(code).join(' and ')}.`,
  `Further boots: ${text(describeMinimised(found))}.`,
  '',
  ...forSeries(fewestOf(found)),
]

const kernelHoldLines = (one: KernelHolds): readonly string[] => [
  `${code(one.kernel)}: ${text(one.holds)}`,
  '',
  ...one.chosen.flatMap((line) => [text(line), '']),
  ...(one.meaning === undefined ? [] : [text(one.meaning), '']),
  ...(one.points.length === 0 ? [] : pointTable(one)),
  ...(one.points.length > MAX_POINTS ? [`and ${one.points.length - MAX_POINTS} more points`, ''] : []),
  ...one.sweeps.flatMap((sweep) => [`${code(sweep.sweep)}: ${text(describeSweep(sweep))}.`, '']),
  ...(one.uncounted > 0 ? [`${many(one.uncounted, 'boot')} died before the counters were read.`, ''] : []),
  ...one.found.flatMap(foundBlock),
]

/** The hold points of each kernel: whose they are, what happened there, and what a search found. */
const holdLines = ({ run }: Report): readonly string[] => {
  const lines = kernelHolds(run.cells).flatMap(kernelHoldLines)
  return lines.length === 0 ? [] : ['### Hold points', '', ...lines]
}

/** What was explored in user space: evidence, and no verdict. */
const explorationBlock = ({ run }: Report): readonly string[] =>
  run.explorations.length === 0
    ? []
    : [
        '### Exploration',
        '',
        ...run.explorations.flatMap((one) => {
          const [first, ...more] = explorationLines(one)
          const page = pageOfExploration(one)
          return [
            `- ${code(one.name)} ${text(first!)}`,
            ...more.slice(0, page === undefined ? undefined : -1).map((line) => `  - ${text(line)}`),
            ...(page === undefined ? [] : [`  - [the schedules](${encodeURI(page)})`]),
          ]
        }),
        '',
      ]

const changeLines = ({ run: { comparison } }: Report): readonly string[] =>
  comparison === null
    ? []
    : [
        `### Compared with ${text(comparison.baseline)}`,
        '',
        ...(comparison.changes.length === 0 ? ['Nothing changed, and nothing fails.'] : []),
        ...comparison.changes.map((change) => `- ${text(describeChange(change))}`),
        '',
      ]

const MAX_DETAILS = 10
const MAX_LINES = 40

const findingDetails = (report: CellReport): readonly string[] =>
  failuresOf(report.cell).flatMap((finding) => {
    const splat = splatOf(report, finding)
    return [
      `<details><summary><code>${html(report.cell.id)}</code>: ${html(finding.title)}</summary>`,
      '',
      ...(finding.bucket === null ? [] : [`- bucket: ${code(finding.bucket)}`]),
      ...(splat ? showGuilty(splat.guilty).map((line) => `- ${text(line)}`) : []),
      ...(finding.bucket === null ? [] : ['']),
      ...(splat ? fence(splat.lines.slice(0, MAX_LINES)) : [text(finding.detail)]),
      '',
      '</details>',
      '',
    ]
  })

const reasonLines = ({ where, lines }: Reason): readonly string[] => [
  `- **${text(where)}**`,
  ...lines.map((line) => `  - ${line.label}: ${MARKS[line.tone]} ${text(line.text)}`),
]

/** The run as Markdown, for a CI's job summary. */
export const markdownReport = (report: Report): string => {
  const { run, problems } = report
  const { tone, verdict, meaning, reasons, known, schedule } = headlineOf(report)
  const machines = Object.entries(run.accelerator).map(([arch, accelerator]) => `${arch} on ${accelerator}`)
  const details = report.cells.map(findingDetails).filter(({ length }) => length > 0)
  const lines = [
    `## ${MARKS[tone]} zsharness: ${verdict}`,
    '',
    meaning,
    '',
    ...(schedule ? [`${MARKS[schedule.tone]} ${text(schedule.text)}`, ''] : []),
    ...known.flatMap((line) => [`${MARKS.unsure} ${text(line)}`, '']),
    ...reasons.slice(0, 5).flatMap(reasonLines),
    '',
    ...pairTable(report),
    ...cellTable(report),
    ...holdLines(report),
    ...explorationBlock(report),
    ...changeLines(report),
    ...objectLines(report),
    ...details.slice(0, MAX_DETAILS).flat(),
    ...run.notes.map((note) => `> ${text(note)}`),
    ...problems.map((problem) => `> ${text(problem)}`),
    `${text(machines.join(', '))}; hold points: ${describeAmplify(run)}; ${duration(run.durationMs)}; exit ${run.exitCode}; reproduce with ${code(run.command.join(' '))}`,
    '',
  ]
  return lines.join('\n')
}
