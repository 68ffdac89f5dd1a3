// SPDX-License-Identifier: MIT
import { markdownCode as code, markdownRow as row, markdownText as text } from '../../lib/text/markdown.ts'
import { duration } from '../../lib/text/time.ts'
import { type Tone, toneOf } from '../../model/words.ts'
import type { Corpus, CorpusBug, CorpusPair } from './schema.ts'
import {
  exposureText,
  kernelText,
  leftOutText,
  luckText,
  secondsText,
  summaryOf,
  symptomText,
  verdictText,
  versionsText,
  whichText,
} from './words.ts'

const MARKS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', broken: '🛑' }

const mark = (verdict: CorpusBug['verdict']): string => `${MARKS[toneOf(verdict ?? '')]} ${verdictText(verdict)}`

const pairRow = (pair: CorpusPair): string =>
  row([
    text(kernelText(pair)),
    text(symptomText(pair)),
    secondsText(pair),
    text(exposureText(pair)),
    `${mark(pair.verdict)}${pair.verdict === 'fixed' ? '' : `: ${text(pair.reason)}`}`,
    luckText(pair),
  ])

const bugLines = (bug: CorpusBug): readonly string[] => [
  `### ${MARKS[toneOf(bug.verdict ?? '')]} ${text(bug.title)}`,
  '',
  `${code(bug.series)}: ${text(whichText(bug))}; on ${text(versionsText(bug))}`,
  '',
  text(bug.people.join(' ')),
  '',
  row(['kernel', 'symptom', 'seconds to failure', 'exposure', 'verdict', 'luck']),
  row(['---', '---', '---:', '---', '---', '---:']),
  ...bug.pairs.map(pairRow),
  ...(bug.pairs.length === 0 ? [row(['none ran', '', '', '', mark(bug.verdict), ''])] : []),
  '',
]

/** The corpus as Markdown. */
export const markdownCorpus = (corpus: Corpus): string => {
  const { tone, text: summary, meaning } = summaryOf(corpus)
  const machines = Object.entries(corpus.accelerator).map(([arch, accelerator]) => `${arch} on ${accelerator}`)
  return [
    `## ${MARKS[tone]} The corpus: ${summary}`,
    '',
    text(meaning),
    '',
    ...corpus.bugs.flatMap(bugLines),
    ...(leftOutText(corpus) === '' ? [] : [`> ${leftOutText(corpus)}`]),
    ...corpus.missing.map((id) => `> ${code(id)} did not run`),
    ...corpus.problems.map((problem) => `> ${text(problem)}`),
    `Run ${code(corpus.run)}, ${text(machines.join(', '))}, ${duration(corpus.durationMs)}.`,
    '',
  ].join('\n')
}
