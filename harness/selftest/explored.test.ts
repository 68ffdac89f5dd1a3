// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseCanaries } from '../explore/canaries.ts'
import type { FoundFailure, LegResult } from '../explore/result.ts'
import type { CaseStatus } from '../model/words.ts'
import { searchedLeg } from '../testing/explore/lines.ts'
import { comparisonLines } from './compare.ts'
import {
  canariesText,
  type ExploredCase,
  exploredCanaries,
  exploredCase,
  exploredText,
  failedCase,
} from './explored.ts'
import type { Case } from './plan.ts'
import { type CaseResult, exploredOnly, listedCase, statusesOf } from './result.ts'
import { exitCodeOf } from './status.ts'
import { markdownTable, plainTable, summaryOf } from './table.ts'

const caseOf = (over: Partial<Case> = {}): Case => ({
  ...{ name: 'leak-a', type: 'mutant', kind: 'leak', config: 'zpool-on', profile: 'kasan', lanes: ['restore'] },
  ...{ seconds: 8, expect: [{ oracle: 'balance' }], equivalent: null, patch: '/p/leak-a.patch', canary: null },
  ...over,
})
const wrong = caseOf()
const equivalent = caseOf({ name: 'same-a', expect: [], equivalent: 'nobody can tell' })
const control = caseOf({ name: 'correct', type: 'control', kind: 'correct patch', expect: [], patch: null })

const failure = {
  kind: 'leak',
  scenario: 'shrink-free',
  text: '1 handles are left',
  bound: 1 as number | null,
  model: false,
  nth: 7,
  foundMs: 3.4,
}
const leg = (over: Partial<LegResult> = {}): LegResult => ({ ...searchedLeg('after'), ...over })
const failed = (over: Partial<typeof failure> = {}): LegResult =>
  leg({ status: 'failed', failures: [{ ...failure, ...over } as FoundFailure] })
const cut = leg({ reached: [{ name: 'a', threads: 2, complete: 0, schedules: 1, states: 1, ms: 1 }] })
const cannot = leg({ status: 'cannot', reason: 'cannot explore this kernel: x' })
const unbuilt = leg({ status: 'unbuilt', reason: 'the kernel does not build: y' })
const elsewhere = leg({ unexplored: ['mm/zswap.c'] })

describe('the status of an explored case', () => {
  test.each<[string, Case, LegResult, boolean, CaseStatus]>([
    ['a wrong version that fails', wrong, failed(), false, 'caught'],
    ['a wrong version with the code of the correct one, that fails', wrong, failed(), true, 'false-alarm'],
    ['a wrong version that does not', wrong, leg(), false, 'missed'],
    ['a wrong version that was cut off', wrong, cut, false, 'missed'],
    ['a wrong version that the explorer refuses', wrong, cannot, false, 'not-covered'],
    ['a wrong version that does not build', wrong, unbuilt, false, 'missed'],
    ['a wrong version that must not build', { ...wrong, expect: [{ oracle: 'build' }] }, unbuilt, false, 'caught'],
    ['an equivalent version that does not build', equivalent, unbuilt, false, 'unproven'],
    ['a wrong version of code that is not explored', wrong, elsewhere, false, 'not-covered'],
    ['a wrong version that this config leaves out', wrong, leg(), true, 'not-covered'],
    ['an equivalent version that fails', equivalent, failed(), false, 'false-alarm'],
    ['an equivalent version that does not', equivalent, leg(), false, 'clean'],
    ['an equivalent version that was cut off', equivalent, cut, false, 'unproven'],
    ['an equivalent version that no scenario runs', equivalent, leg({ reached: [] }), false, 'unproven'],
    ['an equivalent version of code that is not explored', equivalent, elsewhere, false, 'not-covered'],
    ['the correct code that fails', control, failed(), false, 'false-alarm'],
    ['the correct code', control, leg(), true, 'clean'],
    ['the correct code that was cut off', control, cut, true, 'unproven'],
    ['the correct code that the explorer refuses', control, cannot, true, 'unproven'],
  ])('%s', (_name, one, found, sameCode, status) => expect(exploredCase(one, found, sameCode).status).toBe(status))

  test.each<[string, number | 'all' | null, number | null, CaseStatus]>([
    ['as far', 2, 2, 'caught'],
    ['to its end', 'all', null, 'caught'],
    ['less far', 1, 2, 'unproven'],
    ['not at all', null, 0, 'unproven'],
    ['to a bound, and the wrong version without one', 2, null, 'unproven'],
  ])('the correct code was searched %s', (_name, complete, bound, status) => {
    const correct = [{ name: 'shrink-free', threads: 2, complete, schedules: 1, states: 1, ms: 1 }]
    expect(exploredCase(wrong, failed({ bound }), false, correct).status).toBe(status)
    expect(exploredCase(wrong, failed({ bound, scenario: 'other' }), false, correct).status).toBe('unproven')
  })

  test.each<[CaseStatus, number]>([
    ['caught', 0],
    ['clean', 0],
    ['not-covered', 0],
    ['missed', 1],
    ['false-alarm', 1],
    ['unproven', 1],
    ['error', 3],
  ])('%s decides how the self-test ends, whatever its boot was: %i', (status, code) => {
    const explored: ExploredCase = { ...failedCase(''), status }
    const booted: CaseResult = { ...listedCase(wrong), status: 'caught', boots: 1, explored }
    expect(exitCodeOf(statusesOf([booted], null))).toBe(code)
    expect(exitCodeOf(statusesOf([exploredOnly(wrong, explored)], null))).toBe(code)
  })
})

test('says what failed, where, on which schedule and when', () => {
  expect(exploredText(exploredCase(wrong, failed(), false))).toBe('caught: leak in shrink-free, schedule 7, 3 ms')
  expect(exploredText(exploredCase(wrong, failed({ model: true }), false))).toContain('in a model of ours')
  expect(exploredText(exploredCase(wrong, elsewhere, false))).toBe('not-covered: not explored: mm/zswap.c')
})

describe("the explorer's own canaries", () => {
  const OUTPUT = [
    'gcc -c x.c',
    'canary lost-unlock (sc): left-over',
    'canary store-buffer (tso): data',
    'canary aba (sc): silent, not data',
    'canary aba (sc): with --no-state-cache silent, not data',
    'canary message (tso): 3 end states with the cache, 4 without',
    '22 canaries behave',
  ]
  const canaries = parseCanaries(OUTPUT)

  test('are read, each once', () => {
    expect(canaries.map(({ name, memory, behaves }) => [name, memory, behaves])).toEqual([
      ['lost-unlock', 'sc', true],
      ['store-buffer', 'tso', true],
      ['aba', 'sc', false],
      ['message', 'tso', false],
    ])
  })

  test('that do not behave are missed, as is a test that fails beside them', () => {
    const good = canaries.filter(({ behaves }) => behaves)
    expect(canariesText(exploredCanaries({ canaries: good, passed: true }, 5))).toBe(
      'all 2 canaries of the explorer behave',
    )
    const bad = exploredCanaries({ canaries, passed: false }, 5)
    expect(canariesText(bad)).toMatch(/^2 of 4 canaries .* aba \(silent, not data\); message/)
    expect(exploredCanaries({ canaries: good, passed: false }, 5).status).toBe('missed')
    expect(exitCodeOf(statusesOf([], bad))).toBe(1)
  })
})

describe('the table', () => {
  const timed = { ...exploredCase(wrong, failed(), false), objectsMs: 2_000, explorerMs: 1_000, searchMs: 100 }
  const booted = (name: string, status: CaseStatus, explored: ExploredCase | null): CaseResult => ({
    ...listedCase(caseOf({ name })),
    ...{ status, boots: 1, buildMs: 20_000, guestMs: 4_000, explored },
  })
  const missed = exploredCase(wrong, leg(), false)
  const rows = [
    { ...listedCase(control), status: 'clean' as const, boots: 1, explored: exploredCase(control, leg(), true) },
    booted('both', 'caught', timed),
    booted('boot-only', 'caught', missed),
    booted('uncovered', 'caught', exploredCase(wrong, elsewhere, false)),
    booted('explored-only', 'missed', timed),
    { ...listedCase(equivalent), explored: exploredCase(equivalent, leg(), false) },
  ]

  test('has what each exploration said and took', () => {
    expect(plainTable({ cases: rows })).toMatch(/^both .* caught: leak in shrink-free, schedule 7, 3 ms +3\.1 s$/m)
    expect(plainTable({ cases: [booted('both', 'caught', null)] })).not.toContain('explored')
    expect(markdownTable({ cases: rows })).toContain('caught only by exploration')
  })

  test('counts covered versions alone', () => {
    expect(summaryOf({ cases: rows })).toContain(
      'exploration: 2 of 3 wrong versions caught, 2 of 2 correct ones silent; 1 not covered',
    )
  })

  test('says what only boots catch and what only exploration does, with the time of each', () => {
    expect(comparisonLines(rows)).toEqual([
      'caught by a boot and by exploration: 1',
      '- both: boot 24.0 s, exploration 3.1 s (caught)',
      'caught only by a boot: 2',
      '- boot-only: boot 24.0 s, exploration 0.0 s (missed)',
      '- uncovered: boot 24.0 s, exploration 0.0 s (not-covered)',
      'caught only by exploration: 1',
      '- explored-only: boot 24.0 s, exploration 3.1 s (caught)',
    ])
  })

  test('compares nothing where one of the two did not run', () => {
    expect(comparisonLines([exploredOnly(wrong, timed)])).toEqual([])
    expect(comparisonLines([booted('a', 'caught', null)])).toEqual([])
  })
})
