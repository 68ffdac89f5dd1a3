// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { JournalRecord, RunRecord } from '../journal/records.ts'
import { nextRuns } from './record.ts'
import { runsAtOnce } from './search.ts'
import { stateOf } from './state.ts'

const [good, bad] = ['a'.repeat(40), 'b'.repeat(40)]
const person = { subject: 's', author: 'a', date: '2023-01-10' }
const start = {
  t: 'start',
  version: 1,
  at: '',
  command: [],
  repo: '/r',
  tree: 'git:/r#main',
  ends: { bad, good: [good], bases: [] },
  endCommits: [],
  commits: [{ id: bad, parents: [good], ...person }],
  paths: [],
  carry: [],
  settings: { confidence: 0.99, proofHits: 3, maxEndRuns: 100, maxRuns: 1000, always: 0.25 },
  symptom: null,
  plan: { by: 'script', command: 'x', timeoutS: 1 },
  seed: '1',
  proof: true,
  submit: null,
} satisfies JournalRecord

const about = { at: '', commit: bad, stage: 'bad-end', reason: '' } as const
const sent: JournalRecord = { t: 'sent', ...about, runs: [3, 4, 5], dir: 'steps/b/sent2' }
const run = (nth: number, outcome: RunRecord['outcome'] = 'bad'): RunRecord => ({
  t: 'run',
  ...about,
  run: nth,
  outcome,
  why: '',
  sightings: [],
  image: null,
  durationMs: 1,
  dir: null,
  placed: null,
})
const of = (...records: readonly JournalRecord[]) => stateOf([start, ...records])

describe('what was submitted is open', () => {
  test.each<[string, readonly JournalRecord[], boolean]>([
    ['before any result', [sent], true],
    ['while one result is missing', [sent, run(3), run(5)], true],
    ['no more with all results', [sent, run(4), run(3), run(5)], false],
    ['although an earlier submission had these numbers', [run(3), run(4), run(5), sent], true],
    ['although another commit has results', [sent, ...[3, 4, 5].map((nth) => ({ ...run(nth), commit: good }))], true],
    ['no more after a failure of the host', [sent, run(3), run(0, 'infra')], false],
    ['not if nothing was submitted', [run(1)], false],
  ])('%s', (_, records, isOpen) => {
    expect(of(...records).open !== undefined).toBe(isOpen)
  })
})

test.each<[string, readonly JournalRecord[], number, readonly number[]]>([
  ['the first ones', [run(0, 'built')], 2, [1, 2]],
  ['those that are missing come first', [run(1), run(3), run(0, 'infra')], 3, [2, 4, 5]],
  ['at least one', [], 0, [1]],
])('the numbers of the next runs: %s', (_, records, count, numbers) => {
  expect(nextRuns(of(...records), bad, count)).toEqual(numbers)
})

describe('the runs to submit at once', () => {
  const step = { commit: bad, runs: 1, stage: 'bad-end', reason: '' } as const

  test.each([1, 2, 8])('are %i where clean runs would be asked for one by one', (most) => {
    expect(runsAtOnce(of(run(0, 'built')), step, most)).toBe(most)
  })

  test('are as many as the step says where the symptom shows in every run', () => {
    const certain = { ...start, settings: { ...start.settings, always: 1 } }
    expect(runsAtOnce(stateOf([certain, run(0, 'built')]), step, 8)).toBe(1)
  })

  test('are no more than the search needs before it turns to another commit', () => {
    // 100 runs without a hit: after 98, two are left.
    const clean = Array.from({ length: 98 }, (_, index) => run(index + 1, 'clean'))
    expect(runsAtOnce(of(run(0, 'built'), ...clean), step, 8)).toBe(2)
  })
})
