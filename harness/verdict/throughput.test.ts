// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { CellResult, LaneName } from '../model/results.ts'
import { aCell } from '../testing/runs.ts'
import { noEvidence } from './evidence.ts'
import { describeThroughput, throughputOf, whyNotCompared } from './throughput.ts'

const cell = (rates: Partial<Record<LaneName, readonly number[]>>, over: Partial<CellResult> = {}): CellResult => {
  const clean = aCell(over)
  const lanes = Object.entries(rates).map(([lane, own]) => ({ ...noEvidence(lane as LaneName), rates: [...own] }))
  return { ...clean, evidence: { ...clean.evidence, lanes } }
}
const said = (before: CellResult, after: CellResult) => throughputOf([before], [after]).map(describeThroughput)

const steady = [300, 310, 290, 305, 295]
const third = [200, 206, 194, 203, 197]
const wild = [300, 20, 700, 5, 500]

test.each<[string, readonly number[], readonly number[], string]>([
  ['a third slower', steady, third, 'pump: 300 and 200 pages a second, 33 % slower (noise 2 %)'],
  ['the same', steady, steady, 'pump: 300 and 300 pages a second, no difference (noise 3 %)'],
  ['a third faster', third, steady, 'pump: 200 and 300 pages a second, 50 % faster (noise 5 %)'],
  ['too noisy to say', wild, third, 'pump: 305 and 200 pages a second, no difference (noise 58 %)'],
  ['no writeback any more', steady, [0, 0, 0], 'pump: 300 and 0 pages a second, 100 % slower (noise 0 %)'],
])('%s', (_name, before, after, text) => expect(said(cell({ pump: before }), cell({ pump: after }))).toEqual([text]))

test('only lanes with enough seconds on both legs, and only of kernels that passed', () => {
  expect(said(cell({ pump: [300, 300] }), cell({ pump: steady }))).toEqual([])
  expect(said(cell({ pump: steady }), cell({ race: steady }))).toEqual([])
  expect(said(cell({ pump: [0, 0, 0] }), cell({ pump: steady }))).toEqual([])
  expect(said(cell({ pump: steady }, { verdict: 'fail' }), cell({ pump: steady }))).toEqual([])
})

// A pure rename was once 71 % slower, because other builds ran beside the second boot.
test.each([
  [0.1, 0.9, 0],
  [0.9, 0.1, 0],
  [0.1, 0.4, 1],
  [null, null, 1],
])('boots that waited %d and %d s of each second for a CPU give %i comparisons', (before, after, count) => {
  const legs = [before, after].map((waitShare) => cell({ pump: steady }, { waitShare })) as [CellResult, CellResult]
  expect(said(...legs)).toHaveLength(count)
  expect(whyNotCompared(legs) === undefined).toBe(count === 1)
})
