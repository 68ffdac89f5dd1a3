// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { CellResult } from '../model/results.ts'
import { aCell, aHeldPoint, aHold, aRequest, aRun } from '../testing/runs.ts'
import { noEvidence } from '../verdict/evidence.ts'
import { describeAmplify } from './amplify.ts'

const { evidence } = aCell()
const idle = { ...evidence, windows: 0, hits: 0 }
const aSweep = { sweep: 'allocation 1 fails in tasks', set: 9, injected: 4 }
const auto = aRequest({ search: true })

test.each<[string, boolean, Partial<CellResult>, string]>([
  ['off', false, {}, 'off: the workload alone'],
  ['points that held', true, {}, 'given: took effect'],
  ['a plain delay', true, { evidence: { ...idle, holds: [aHeldPoint({ held: 3 })] } }, 'given: took effect'],
  ['an override', true, { evidence: { ...idle, holds: [aHeldPoint({ overridden: 1 })] } }, 'given: took effect'],
  ['a sweep', true, { holds: aHold(), evidence: { ...idle, failNth: [aSweep] } }, 'given: took effect'],
  [
    'a sweep of which nothing failed',
    true,
    { holds: aHold(), evidence: { ...idle, failNth: [{ ...aSweep, injected: 0 }] } },
    'given: had no effect',
  ],
  ['a point that nobody reached', true, { holds: aHold(), evidence: idle }, 'given: had no effect'],
  [
    'a crash before the first count',
    true,
    { holds: aHold(), evidence: { ...idle, lanes: [noEvidence('race')] } },
    'given: not counted',
  ],
  [
    'a search',
    true,
    { request: auto, evidence: { ...idle, search: { trials: 41, orders: 96 } } },
    'auto: 41 trials of hold points, 96 orders of two points seen',
  ],
  ['a search that did not begin', true, { request: auto, evidence: idle }, 'auto: no trial began'],
])('%s', (_, amplified, cell, text) => expect(describeAmplify(aRun({ amplified, cells: [aCell(cell)] }))).toBe(text))

test('the trials of a search add up; its orders do not, as each boot begins with none', () => {
  const cells = [3, 5].map((trials, index) =>
    aCell({ request: auto, run: index + 1, evidence: { ...idle, search: { trials, orders: 10 * trials } } }),
  )
  expect(describeAmplify(aRun({ cells }))).toBe('auto: 8 trials of hold points, 50 orders of two points seen')
})
