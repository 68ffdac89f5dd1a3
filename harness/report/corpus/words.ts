// SPDX-License-Identifier: MIT
import { many } from '../../lib/text/number.ts'
import type { Tone } from '../../model/words.ts'
import { toneOf } from '../../model/words.ts'
import { chance } from '../../verdict/odds.ts'
import type { Corpus, CorpusBug, CorpusPair } from './schema.ts'

const NOT_JUDGED = 'no verdict'

/** A verdict, or that there is none. */
export const verdictText = (verdict: CorpusBug['verdict']): string => verdict ?? NOT_JUDGED

const STATES: Readonly<Record<string, string>> = {
  applies: 'live',
  'needs-base': 'live, on top of another series',
  'already-applied': 'fixed there, and taken out',
  reintroduces: 'put back',
}

/** Where a bug can live: `>=6.12 <6.13 (put back)`. */
export const versionsText = ({ versions }: Pick<CorpusBug, 'versions'>): string =>
  versions.map((one) => `${one.versions} (${STATES[one.state] ?? one.state})`).join(', ')

/** Which bug it is: the fix, its CVE, and what it takes. */
export const whichText = ({ commit, cve, timing }: Pick<CorpusBug, 'commit' | 'cve' | 'timing'>): string =>
  [`fixed by ${commit}`, ...(cve === null ? [] : [cve]), timing ? 'needs timing' : 'needs no timing'].join(', ')

/** The kernel of a pair. */
export const kernelText = ({ tree, version, arch, config, profile }: CorpusPair): string =>
  [tree, ...(version === '' ? [] : [`(${version})`]), arch, config, profile].join(' ')

/** How the bug showed. */
export const symptomText = ({ symptom }: CorpusPair): string =>
  symptom === null ? 'did not show' : `${symptom.title} (${symptom.oracle})`

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!

const seconds = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)))

/** Seconds until it showed: one, or the least, the median and the most. */
export const secondsText = ({ secondsToFailure: all }: CorpusPair): string => {
  if (all.length === 0) return '–'
  const [least, most] = [seconds(Math.min(...all)), seconds(Math.max(...all))]
  return least === most ? `${least} s` : `${seconds(median(all))} s (${least} to ${most})`
}

const NOUNS = { hits: 'hit', seconds: 'second', boots: 'boot' } as const

/** What each leg ran: how many boots, and how often the bug had its chance. */
export const exposureText = ({ before, after, exposure }: CorpusPair): string => {
  const of = (leg: 'before' | 'after'): string =>
    exposure
      .map((one) => `${many(Math.round(one[leg]), NOUNS[one.unit])}${one.lane === null ? '' : ` of ${one.lane}`}`)
      .join(', ')
  const part = (text: string): string => (text === '' ? '' : `, ${text}`)
  return [
    `without the fix ${before.shown} of ${many(before.boots, 'boot')} showed it${part(of('before'))}`,
    `with it ${after.passed} of ${many(after.boots, 'boot')} passed${part(of('after'))}`,
  ].join('; ')
}

/** The chance that the clean boots are luck. */
export const luckText = ({ luck }: CorpusPair): string => (luck === null ? '–' : chance(luck))

/** What the flags left out of the plan; nothing for a whole run. */
export const leftOutText = ({ leftOut: { cells, bugs } }: Pick<Corpus, 'leftOut'>): string => {
  if (cells === 0) return ''
  const whole = bugs.length === 0 ? '' : `, so nothing is said of ${bugs.join(', ')}`
  return `The command left ${many(cells, 'cell')} of the plan out${whole}.`
}

// What is missing says more than what could not be read of the rest.
const lackOf = (corpus: Corpus): string => {
  const { missing, problems } = corpus
  if (missing.length > 0) return `Not all of the plan ran: ${many(missing.length, 'cell')} are missing.`
  return problems.length > 0 ? problems.join('; ') : leftOutText(corpus)
}

interface Summary {
  readonly tone: Tone
  readonly text: string
  readonly meaning: string
}

/** What the whole corpus says, in one line, and its tone: good only when nothing is missing. */
export const summaryOf = (corpus: Corpus): Summary => {
  const { bugs, fixed, missing, problems, leftOut } = corpus
  const text = `${fixed} of ${many(bugs.length + leftOut.bugs.length, 'bug')} caught`
  const rest = bugs.filter(({ verdict }) => verdict !== 'fixed')
  const isBad = rest.some(({ verdict }) => toneOf(verdict ?? '') === 'bad')
  const isWhole = missing.length === 0 && problems.length === 0 && leftOut.bugs.length === 0
  if (rest.length === 0 && isWhole && bugs.length > 0)
    return { tone: 'good', text, meaning: 'Each bug shows without its fix, and no longer shows with it.' }
  const meaning =
    rest.length === 0
      ? lackOf(corpus)
      : `Not shown, or not fixed: ${rest.map(({ series, verdict }) => `${series} (${verdictText(verdict)})`).join(', ')}.`
  return { tone: isBad ? 'bad' : 'unsure', text, meaning }
}
