// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { ExploreResult, FoundFailure, LegResult } from '../../explore/result.ts'
import { judge } from '../../explore/verdict.ts'
import { exploration } from '../../model/results.ts'
import { searchedLeg } from '../../testing/explore/lines.ts'
import { aModelFailure, anExploration } from '../../testing/runs.ts'
import { evidenceOf, saysMore, withoutOptions } from './evidence.ts'

const UNIT = { name: 'zpool-on', tree: 't', series: 's', config: 'zpool-on', legs: ['before', 'after'] as const }

const FAILURE: FoundFailure = {
  ...{ scenario: 'a', scenarioText: '', schedule: '1:end', file: 'before/failure-1.schedule.json', bound: 1, nth: 9 },
  ...{ foundMs: 3, kind: 'double-free', text: 'double free', model: false, isBug: true, steps: [] },
  ...{ unseen: null, holds: [] },
  stack: [
    { function: 'kfree', file: 'guest/explore/kernel/slab.c', line: 3 },
    { function: 'zs_free', file: 'mm/zsmalloc.c', line: 7 },
  ],
}

const failing = (leg: LegResult['leg']): LegResult => ({ ...searchedLeg(leg), status: 'failed', failures: [FAILURE] })

const resultOf = (...legs: readonly LegResult[]) => {
  const { reasons, ...judged } = judge(legs)
  return { ...judged, reasons: [...reasons], legs: [...legs] } as unknown as ExploreResult
}

const evidence = (...legs: readonly LegResult[]) => {
  const found = evidenceOf(UNIT, resultOf(...legs), { path: 'explore', cached: false, answeredMs: 12.4 })
  // What does not fit the schema cannot be read back.
  expect(exploration.parse(found)).toEqual(found)
  return found
}

test('a bug before, and none after, is explored: with the place in the kernel and not in a service', () =>
  expect(evidence(failing('before'), searchedLeg('after'))).toMatchObject({
    ...{ status: 'explored', bound: 2, scenarios: 1, schedules: 20, answeredMs: 12, path: 'explore' },
    patchLines: { executable: 1, executed: 1 },
    failures: [
      {
        ...{ leg: 'before', function: 'zs_free', file: 'mm/zsmalloc.c', line: 7, signature: true },
        schedule: 'explore/before/failure-1.schedule.json',
      },
    ],
  }))

test('a failure after is inconclusive, and not confirmed', () => {
  const found = evidence(failing('before'), failing('after'))
  expect(found).toMatchObject({ status: 'inconclusive', bound: null })
  expect(found.reason).toContain('found in the model, not confirmed on a booted kernel')
  expect(found.failures.map(({ leg }) => leg)).toEqual(['before', 'after'])
})

test('one leg alone is inconclusive', () =>
  expect(evidence(searchedLeg('after'))).toMatchObject({
    status: 'inconclusive',
    reason: expect.stringContaining('before was not explored'),
    bound: 2,
  }))

test('legs that cannot be explored are not explored', () => {
  const cannot = { ...searchedLeg('after'), status: 'cannot' as const, reason: 'cannot explore this kernel: x()' }
  expect(evidence(cannot)).toMatchObject({ status: 'not-explored', reason: cannot.reason, schedules: 0 })
})

test.each([
  ['a deeper one', {}, { bound: 1 }, true],
  ['one that its budget cut off earlier', { bound: 0, status: 'inconclusive' }, { bound: 1 }, false],
  ['one of which nothing is complete', { bound: null }, { bound: 1 }, false],
  ['one with every schedule', { bound: 'all' }, {}, true],
  ['one that is explored', { bound: 2 }, { status: 'inconclusive', bound: 'all' }, true],
  ['a failure with the patch', { bound: null, status: 'inconclusive', failures: [aModelFailure()] }, {}, true],
] as const)('a second answer stands only if it says as much: %s', (_, second, first, expected) => {
  const of = (part: object) => anExploration(structuredClone(part))
  expect(saysMore(of(second), of(first))).toBe(expected)
})

test('code that is built with other options than the booted kernels is not explored', () => {
  const one = anExploration()
  expect(withoutOptions(one, [])).toEqual(one)
  const found = withoutOptions(one, ['/my.config'])
  expect(found).toMatchObject({ status: 'inconclusive', reason: expect.stringContaining('options of /my.config') })
  const failing = anExploration({ status: 'inconclusive', failures: [aModelFailure()] })
  expect(withoutOptions(failing, ['/my.config'])).toEqual(failing)
})
