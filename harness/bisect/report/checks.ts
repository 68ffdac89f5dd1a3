// SPDX-License-Identifier: MIT
import { type Outcome, type Suite, type TestCase, testCase } from '../../report/testcases.ts'
import { shortId } from '../core/graph.ts'
import type { BisectReport, TestedCommit } from './model.ts'
import { remarkOf } from './text.ts'

const pass = (detail: string): Outcome => ({ status: 'pass', message: '', detail })
const skip = (message: string): Outcome => ({ status: 'skip', message })

const tested = (report: BisectReport, ids: readonly string[]): readonly TestedCommit[] =>
  report.tested.filter(({ id }) => ids.includes(id))

const badEnd = (report: BisectReport): Outcome => {
  const [end] = tested(report, [report.bad.id])
  if (report.end?.kind === 'bad-is-good') return { status: 'fail', message: report.verdict }
  return end && end.hits > 0 ? pass(remarkOf(end)) : skip('not proven')
}

const goodEnds = (report: BisectReport): Outcome => {
  const ends = tested(
    report,
    report.good.map(({ id }) => id),
  )
  const kind = report.end?.kind
  if (kind === 'good-is-bad' || kind === 'base-is-bad') return { status: 'fail', message: report.verdict }
  const proven = ends.length === report.good.length && ends.every(({ standing }) => standing === 'good')
  return proven ? pass(ends.map(remarkOf).join('\n')) : skip('not proven')
}

const named = ({ end, verdict }: BisectReport): Outcome => {
  if (end?.kind === 'culprit') return pass(verdict)
  return end ? { status: 'error', message: verdict } : skip(verdict)
}

const PROOFS = { proven: 'pass', 'not-proven': 'fail', 'no-revert': 'skip', untestable: 'skip' } as const

const reverted = ({ proof }: BisectReport): Outcome =>
  proof ? { status: PROOFS[proof.verdict], message: proof.why, detail: proof.why } : skip('not tried')

const commitCase = ({ steps }: BisectReport, one: TestedCommit): TestCase => {
  const ms = steps.filter(({ commit }) => commit === one.id).reduce((sum, { durationMs }) => sum + durationMs, 0)
  const why = `${one.standing}: ${remarkOf(one)}`
  const outcome = one.standing === 'good' || one.standing === 'bad' ? pass(why) : skip(why)
  return testCase(`${shortId(one.id)} ${one.subject}`, { ...outcome, ms })
}

/** A bisection as the checks that a CI counts: both ends, the answer, the proof, and each tested commit. */
export const bisectSuites = (report: BisectReport): readonly Suite[] => [
  {
    name: 'bisection',
    cases: [
      testCase('the bad end shows the symptom', badEnd(report)),
      testCase('the good end does not show the symptom', goodEnds(report)),
      testCase('the search names one commit', named(report)),
      testCase('a revert of that commit removes the symptom', reverted(report)),
    ],
  },
  { name: 'commits', cases: report.tested.map((one) => commitCase(report, one)) },
]
