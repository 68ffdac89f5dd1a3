// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { endLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { commonBound, describeFrontier, frontierOf, reachedBy } from './frontier.ts'
import { parseRecord, type Testimony, testimonyOf } from './records.ts'

const account = (...lines: readonly object[]): Testimony => {
  const records = lines.map((line) => {
    const parsed = parseRecord(JSON.stringify(line))
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.record
  })
  const found = testimonyOf(records, false)
  if ('problem' in found) throw new Error(found.problem)
  return found.testimony
}

const reached = (...lines: readonly object[]) => reachedBy([account(planLine(['a', 'b']), ...lines, endLine())])
const completeOf = (...lines: readonly object[]) => reached(...lines).map(({ complete }) => complete)

describe('a scenario', () => {
  test.each<[string, readonly object[], readonly unknown[]]>([
    ['that no process names is not explored', [scenarioLine('a', 0)], [0, null]],
    ['that was cut off is not complete', [scenarioLine('a', 0, false)], [null, null]],
    [
      'is complete up to its highest bound',
      [scenarioLine('a', 0), scenarioLine('a', 1), scenarioLine('a', 2, false)],
      [1, null],
    ],
    [
      'is complete whatever the order of lines',
      [scenarioLine('a', 2), scenarioLine('a', 1), scenarioLine('a', 0)],
      [2, null],
    ],
    ['without a schedule left is complete', [scenarioLine('a', 1, true, true)], ['all', null]],
    ['without a bound is complete', [scenarioLine('a', null)], ['all', null]],
    // A line that contradicts a lower bound must not make it complete.
    [
      'is not complete above a bound that was cut off',
      [scenarioLine('a', 1, false), scenarioLine('a', 2)],
      [null, null],
    ],
    ['is not complete where two lines differ', [scenarioLine('a', 1), scenarioLine('a', 1, false)], [null, null]],
    ['cut off without a bound keeps its bounds', [scenarioLine('a', 1), scenarioLine('a', null, false)], [1, null]],
    ['cut off and exhausted is not complete', [scenarioLine('a', 1, false, true)], [null, null]],
  ])('%s', (_, lines, wanted) => expect(completeOf(...lines)).toEqual(wanted))
})

test('shards are added up; one that says nothing leaves its scenarios unexplored', () => {
  const plan = planLine(['a', 'b'])
  const one = account(plan, scenarioLine('a', 0), scenarioLine('a', 1), endLine())
  const two = account(plan, scenarioLine('b', 0), endLine())
  expect(reachedBy([one, two]).map(({ complete }) => complete)).toEqual([1, 0])
  expect(reachedBy([one]).map(({ complete }) => complete)).toEqual([1, null])
  expect(reachedBy([one, two])[0]).toMatchObject({ schedules: 20, states: 10 })
})

test('shards with different plans are an error', () => {
  const shards = [account(planLine(['a']), endLine()), account(planLine(['b']), endLine())]
  expect(() => reachedBy(shards)).toThrow('different plans')
  expect(() => reachedBy([])).toThrow('different plans')
})

const at = (...complete: readonly (number | 'all' | null)[]) =>
  complete.map((one, index) => ({ name: `${index}`, threads: 2, complete: one, schedules: 1, states: 1, ms: 1 }))

test.each([
  [at(2, 2, 3), 'complete up to 2 preemptions for 3 of 3 scenarios; up to 3 for 1'],
  [at(1), 'complete up to 1 preemption for 1 of 1 scenarios'],
  [at(0, null), 'complete up to 0 preemptions for 1 of 2 scenarios'],
  [at('all', 2), 'complete up to 2 preemptions for 2 of 2 scenarios; every schedule of 1'],
  [at('all', 'all'), 'every schedule of 2'],
  [at(null), 'no scenario complete, of 1'],
])('%j: %s', (found, words) => expect(describeFrontier(found)).toBe(words))

test('the frontier counts what a higher bound completes for lower ones too', () =>
  expect(frontierOf(at(0, 2, 'all', null))).toEqual([
    { bound: 0, complete: 3, of: 4 },
    { bound: 1, complete: 2, of: 4 },
    { bound: 2, complete: 2, of: 4 },
    { bound: null, complete: 1, of: 4 },
  ]))

test.each([
  [at(2, 'all', 1), 1],
  [at('all', 'all'), 'all'],
  [at(2, null), null],
  [at(), null],
])('the common bound of %j is %s', (found, bound) => expect(commonBound(found)).toBe(bound))

test('what few threads completed is said where it is more than all did', () => {
  const reached = (name: string, threads: number, complete: number) => ({
    ...{ name, threads, complete, schedules: 1, states: 1, ms: 1 },
  })
  expect(describeFrontier([reached('a', 1, 3), reached('b', 2, 3), reached('c', 3, 2)])).toBe(
    'complete up to 2 preemptions for 3 of 3 scenarios; up to 3 for 2; all 2 of up to 2 threads up to 3',
  )
  expect(describeFrontier([reached('a', 2, 2), reached('c', 3, 2)])).not.toContain('threads')
  expect(describeFrontier([reached('a', 2, 2), reached('b', 2, 3)])).not.toContain('threads')
  expect(describeFrontier([reached('a', 3, 2)])).not.toContain('threads')
})
