// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { endLine, failureLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { type ExplorerRecord, type Plan, parseList, parseRecord, testimonyOf } from './records.ts'

const read = (line: object): ExplorerRecord => {
  const parsed = parseRecord(JSON.stringify(line))
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.record
}

describe('a line', () => {
  test.each([
    ['not JSON', 'explorer: hello', 'not JSON'],
    ['cut off', JSON.stringify(planLine(['a'])).slice(0, -3), 'not JSON'],
    ['another type', '{"type":"hello"}', 'type'],
    ['no type', '{}', 'type'],
    ['an array', '[]', ''],
    ['a bound that is a text', JSON.stringify({ ...scenarioLine('a', 1), bound: '1' }), 'bound'],
    ['a count below 0', JSON.stringify({ ...scenarioLine('a', 1), schedules: -1 }), 'schedules'],
    ['complete as a word', JSON.stringify({ ...scenarioLine('a', 1), complete: 'true' }), 'complete'],
    ['no complete', JSON.stringify({ ...scenarioLine('a', 1), complete: undefined }), 'complete'],
    ['an address that is none', JSON.stringify({ type: 'executed', pcs: ['main'] }), 'pcs'],
    ['a failure without a symptom', JSON.stringify({ ...failureLine('a'), symptom: undefined }), 'symptom'],
    [
      'a failure that does not say if a model is in it',
      JSON.stringify({ ...failureLine('a'), model: undefined }),
      'model',
    ],
  ])('%s is refused', (_, line, problem) => {
    const parsed = parseRecord(line)
    expect('problem' in parsed ? parsed.problem : 'read').toContain(problem)
    expect('problem' in parsed).toBe(true)
  })

  test('fields that are new are allowed, and printf writes 0 without 0x', () => {
    expect(read({ ...scenarioLine('a', 1), failing: 0 })).toMatchObject({ name: 'a' })
    const found = read({ ...failureLine('a'), symptom: { kind: 'leak', text: '', address: '0', stack: [] } })
    expect(found).toMatchObject({ symptom: { address: '0' } })
  })
})

describe('an account', () => {
  const of = (lines: readonly object[], wasStopped = false) => testimonyOf(lines.map(read), wasStopped)

  test('has a plan, what was walked, and an end', () => {
    const found = of([planLine(['a']), scenarioLine('a', 0), { type: 'executed', pcs: ['0x10'] }, endLine()])
    expect(found).toMatchObject({
      testimony: { walked: [{ name: 'a' }], failures: [], executed: { pcs: ['0x10'] }, end: { reason: 'complete' } },
    })
  })

  test.each<[string, readonly object[], boolean, string]>([
    ['no plan', [scenarioLine('a', 0), endLine()], false, 'no plan'],
    ['nothing', [], false, 'no plan'],
    ['no end', [planLine(['a']), scenarioLine('a', 0)], false, 'without an end'],
    ['two plans', [planLine(['a']), planLine(['a']), endLine()], false, 'two plans'],
    ['more after its end', [planLine(['a']), endLine(), scenarioLine('a', 0)], false, 'after its end'],
    ['two ends', [planLine(['a']), endLine(), endLine()], false, 'after its end'],
    ['a scenario that is not planned', [planLine(['a']), scenarioLine('b', 0), endLine()], false, 'no scenario b'],
    ['a name twice', [planLine(['a', 'a']), endLine()], false, 'twice'],
    ['a replay', [planLine(['a']), { type: 'replayed', failed: false, steps: 3 }, endLine()], false, 'replayed'],
    [
      'a failure that it does not tell',
      [planLine(['a']), { ...scenarioLine('a', 0), failing: 1 }, endLine()],
      false,
      'how a fails',
    ],
    ['no plan although it was stopped', [scenarioLine('a', 0)], true, 'no plan'],
  ])('with %s is none', (_, lines, wasStopped, problem) =>
    expect(of(lines, wasStopped)).toMatchObject({ problem: expect.stringContaining(problem) }),
  )

  test('of a process that was stopped needs no end', () =>
    expect(of([planLine(['a'])], true)).toMatchObject({ testimony: { end: undefined } }))
})

describe('a list', () => {
  test('has a name for each scenario, and its threads', () =>
    expect(
      parseList(['# a', 'setup:', '\tstore 0 size 1', 'thread:', '\tshrink', 'thread: free 0', '# b', 'thread:']),
    ).toEqual([
      { name: 'a', threads: 2 },
      { name: 'b', threads: 1 },
    ]))

  const listed = read(planLine(['a', 'b'])) as Plan
  test('is the plan of a process that prints none', () =>
    expect(testimonyOf([scenarioLine('a', 0), endLine()].map(read), false, listed)).toMatchObject({
      testimony: { plan: { scenarios: [{ name: 'a' }, { name: 'b' }] } },
    }))
  test('must be the plan of one that prints one', () =>
    expect(testimonyOf([planLine(['a']), endLine()].map(read), false, listed)).toMatchObject({
      problem: 'its plan is not what it lists',
    }))
  test('knows no other scenario', () =>
    expect(testimonyOf([scenarioLine('c', 0), endLine()].map(read), false, listed)).toMatchObject({
      problem: 'its plan has no scenario c',
    }))
})
