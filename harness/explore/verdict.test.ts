// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { failureLine, searchedLeg } from '../testing/explore/lines.ts'
import type { FoundFailure, LegResult } from './result.ts'
import { judge } from './verdict.ts'

const { steps: _, ...line } = failureLine('a')
const failure = (over: Partial<FoundFailure> = {}): FoundFailure => ({
  scenario: line.scenario,
  scenarioText: line.text,
  schedule: line.schedule,
  bound: 1,
  nth: 30,
  model: false,
  file: null,
  foundMs: 2,
  kind: 'null-dereference',
  text: '',
  stack: [],
  isBug: true,
  unseen: null,
  steps: [],
  holds: [],
  ...over,
})
const before = (over: Partial<LegResult> = {}): LegResult => ({
  ...searchedLeg('before'),
  status: 'failed',
  failures: [failure()],
  ...over,
})
const after = (over: Partial<LegResult> = {}): LegResult => ({ ...searchedLeg('after'), ...over })
const reached = (complete: LegResult['reached'][number]['complete']): LegResult['reached'] => [
  { name: 'a', threads: 2, complete, schedules: 1, states: 1, ms: 1 },
]

test('a pair is explored when before shows the bug, and after is complete with every line', () => {
  const found = judge([before(), after()])
  expect(found).toMatchObject({ verdict: 'explored', exitCode: 0, bound: 2 })
  expect(found.reasons).toEqual([
    'before fails with the bug of the series, on schedule 30',
    'after: complete up to 2 preemptions for 1 of 1 scenarios, 10 schedules, none fails',
    'all 1 lines of the patch with code ran',
  ])
})

test.each<[string, readonly LegResult[], string]>([
  ['before does not fail', [before({ failures: [], status: 'searched' }), after()], 'before does not fail'],
  ['before fails otherwise', [before({ failures: [failure({ isBug: false })] }), after()], 'not the bug of the series'],
  ['before is missing', [after()], 'before was not explored'],
  ['after is missing', [before()], 'after was not explored'],
  ['after fails', [before(), after({ status: 'failed', failures: [failure()] })], 'not confirmed on a booted kernel'],
  ['both fail alike', [before(), after({ status: 'failed', failures: [failure()] })], 'so it does without the patch'],
  [
    'after fails in a model',
    [before(), after({ status: 'failed', failures: [failure({ model: true })] })],
    'rests on a model of ours',
  ],
  ['after is not complete', [before(), after({ reached: reached(null) })], 'not complete up to 1 preemption'],
  ['after has no preemption', [before(), after({ reached: reached(0) })], 'not complete up to 1 preemption'],
  ['no scenario', [before(), after({ reached: [] })], 'not complete up to 1 preemption'],
  [
    'before needs more preemptions than after was searched with',
    [before({ failures: [failure({ bound: 2 })] }), after({ reached: reached(1) })],
    'not complete where before fails: a, up to 2 preemptions',
  ],
  [
    'before fails without a bound',
    [before({ failures: [failure({ bound: null })] }), after({ reached: reached(2) })],
    'not complete where before fails: a, without a bound',
  ],
  [
    'before fails in a scenario that after does not have',
    [before({ failures: [failure({ scenario: 'b' })] }), after()],
    'not complete where before fails: b',
  ],
  [
    'a model stands in for an object of one leg only',
    [before({ objects: ['mm/zsmalloc.o', 'mm/zswap.o'] }), after({ objects: ['mm/zsmalloc.o'] })],
    'before runs mm/zsmalloc.o, mm/zswap.o, but after runs mm/zsmalloc.o',
  ],
  ['lines were not measured', [before(), after({ patchLines: null })], 'was not measured'],
  ['no line has code', [before(), after({ patchLines: [] })], 'no line that the patch adds has code'],
  [
    'a line did not run',
    [before(), after({ patchLines: [{ file: 'f', lines: [{ line: 1, text: '', ran: false }] }] })],
    '0 of 1 lines of the patch ran',
  ],
  ['a file is not explored', [before(), after({ unexplored: ['mm/swap.c'] })], 'mm/swap.c, which is not explored'],
  ['after cannot be explored', [before(), after({ status: 'cannot', reason: 'cannot explore this kernel: x' })], 'x'],
  ['after does not build', [before(), after({ status: 'unbuilt', reason: 'the kernel does not build' })], 'not build'],
])('%s: inconclusive', (_name, legs, why) => {
  const found = judge(legs)
  expect(found).toMatchObject({ verdict: 'inconclusive', exitCode: 4 })
  expect(found.reasons.join('\n')).toContain(why)
})

test('one failure of the bug within the bound of the after leg is enough', () => {
  const failures = [failure({ bound: 3, nth: 7 }), failure({ bound: 2, nth: 8 })]
  expect(judge([before({ failures }), after()]).reasons[0]).toContain('on schedule 8')
})

test('says what of the signature could not be compared', () => {
  const failures = [failure({ unseen: '1 of 2 functions of the signature are explored, without evict' })]
  expect(judge([before({ failures }), after()]).reasons[0]).toContain('(1 of 2 functions of the signature')
})
