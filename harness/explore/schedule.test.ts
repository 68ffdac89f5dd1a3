// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { failureLine } from '../testing/explore/lines.ts'
import { parseRecord, type RawFailure, type RawStep } from './records.ts'
import { inOrder, shownPlace, shownSteps, stepsOf, threadsOf } from './schedule.ts'

const step = (thread: number, op: string, address?: string, size = 8): RawStep => ({
  thread,
  op,
  stack: [],
  address,
  size,
})

const failure = (steps: readonly RawStep[], text = failureLine('a').text): RawFailure => {
  const parsed = parseRecord(JSON.stringify({ ...failureLine('a'), steps, text }))
  if ('problem' in parsed || parsed.record.type !== 'failure') throw new Error('no failure')
  return parsed.record
}
const told = (raw: RawFailure) => stepsOf(raw, { places: () => [], textAt: () => '', variableOf: () => null })
const kept = (steps: readonly RawStep[]) =>
  told(failure(steps))
    .filter(({ matters }) => matters)
    .map(({ thread, op, address }) => `${thread} ${op}${address === null ? '' : ` ${address}`}`)

describe('what matters', () => {
  test('is what one thread wrote and another read, what they do, and locks of both', () =>
    expect(
      kept([
        step(1, 'call'),
        step(1, 'lock', '0x2000'),
        step(1, 'read', '0x1000'),
        step(1, 'write', '0x3000'),
        step(1, 'unlock', '0x2000'),
        step(2, 'call'),
        step(2, 'lock', '0x2000'),
        step(2, 'write', '0x1004', 4),
        step(2, 'write', '0x4000'),
        step(2, 'unlock', '0x2000'),
        step(2, 'end'),
        step(1, 'read', '0x1000'),
        step(1, 'failure', '0'),
      ]),
    ).toEqual([
      '1 call',
      '1 lock 0x2000',
      '2 call',
      '2 lock 0x2000',
      '2 write 0x1004',
      '2 unlock 0x2000',
      '2 end',
      // It printed these before it stopped at them.
      '1 unlock 0x2000',
      '1 read 0x1000',
      '1 failure 0',
    ]))

  test('a freed object that is read later', () =>
    expect(
      kept([step(2, 'free', '0x1000', 64), step(2, 'end'), step(1, 'read', '0x1020'), step(1, 'failure', '0x1020')]),
    ).toEqual(['2 free 0x1000', '2 end', '1 read 0x1020', '1 failure 0x1020']))

  test('not what a thread reads of its own, nor a lock of one thread, nor the set-up', () =>
    expect(
      kept([
        step(0, 'write', '0x1000'),
        step(1, 'read', '0x1000'),
        step(1, 'write', '0x1008'),
        step(1, 'read', '0x1008'),
        step(1, 'lock', '0x2000'),
        step(1, 'failure'),
      ]),
    ).toEqual(['1 failure']))

  test('the last step of the thread that fails, whatever it is', () =>
    expect(kept([step(1, 'read', '0x1000'), step(2, 'read', '0x1000')])).toEqual(['1 read 0x1000']))
})

describe('the order', () => {
  const order = (...steps: readonly RawStep[]) => inOrder(steps).map(({ thread, op }) => `${thread} ${op}`)

  test('an access at which a thread stops happens when it goes on', () =>
    expect(order(step(1, 'read', '0x8'), step(2, 'write', '0x8'), step(1, 'end'))).toEqual([
      '2 write',
      '1 read',
      '1 end',
    ]))

  test('a thread that waits has the lock later', () =>
    expect(
      order(step(1, 'lock', '0x8'), step(1, 'wait', '0x8'), step(2, 'unlock', '0x8'), step(2, 'end'), step(1, 'end')),
    ).toEqual(['1 wait', '2 unlock', '2 end', '1 lock', '1 end']))

  test('what never goes on stays, and no step is lost', () => {
    expect(order(step(1, 'read', '0x8'), step(2, 'end'))).toEqual(['1 read', '2 end'])
    const many = [step(1, 'read', '0x8'), step(2, 'read', '0x8'), step(1, 'read', '0x8'), step(2, 'read', '0x8')]
    expect(inOrder(many)).toHaveLength(4)
  })
})

test('steps that are left out are counted for each thread, and the set-up is not', () => {
  const steps = told(
    failure([
      step(0, 'write', '0x8'),
      step(1, 'call'),
      step(1, 'read', '0x10'),
      step(1, 'read', '0x18'),
      step(1, 'end'),
      step(2, 'read', '0x20'),
      step(2, 'end'),
      step(1, 'failure'),
    ]),
  )
  expect(
    shownSteps(steps).map((one) => ('left' in one ? one : `${one.step.thread} ${one.step.op} ${one.switched}`)),
  ).toEqual([
    '1 call false',
    { left: 2, thread: 1 },
    '1 end false',
    { left: 1, thread: 2 },
    '2 end true',
    '1 failure true',
  ])
})

test('what runs after the threads counts as set-up', () => {
  const steps = told({
    ...failure([step(1, 'end'), step(4, 'failure')]),
    symptom: { kind: 'balance', text: '', thread: 4, stack: [] },
  })
  expect(steps.map(({ thread, matters }) => [thread, matters])).toEqual([
    [1, true],
    [0, true],
  ])
})

test('a place is in a C file where there is one', () => {
  const header = { function: 'spin_lock', file: 'include/linux/spinlock.h', line: 1 }
  const user = { function: 'zs_free', file: 'mm/zsmalloc.c', line: 2 }
  expect(shownPlace([header, user])).toBe(user)
  expect(shownPlace([header])).toBe(header)
  expect(shownPlace([])).toBeUndefined()
})

test.each([
  [
    'setup:\n\tstore 0 size 8 # small\nthread:\n\tshrink\n\tload 0\nthread: free 0\n',
    [['store 0 size 8'], ['shrink', 'load 0'], ['free 0']],
  ],
  ['', [[]]],
  ['# a comment\n', [[]]],
])('the threads of %j', (text, threads) => expect(threadsOf(text)).toEqual(threads))
