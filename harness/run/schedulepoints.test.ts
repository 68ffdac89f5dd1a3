// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import type { TriedSchedule } from '../model/results.ts'
import { chooseSchedulePoints } from './schedulepoints.ts'

const choice = (text: string) => ({ text, why: `why ${text}` })
const schedule = (...holds: readonly (readonly string[])[]): TriedSchedule => ({
  ...{ file: '/s.json', leg: 'before', scenario: 'a', symptom: 'bug', stack: [], bySignature: true },
  holds: holds.map((texts, index) => ({ thread: index + 1, choices: texts.map(choice) })),
})
const only =
  (...texts: readonly string[]) =>
  async (text: string) =>
    texts.includes(text) ? undefined : `${text} was inlined`

test('the nearest point that the kernel has is armed, and what was passed over is said', async () =>
  expect(await chooseSchedulePoints(schedule(['a', 'b', 'c']), only('b', 'c'))).toEqual({
    chosen: [{ text: 'b', why: 'why b', instead: [{ text: 'a', why: 'a was inlined' }] }],
    notes: [],
  }))

test('one point stands for two preemptions', async () =>
  expect((await chooseSchedulePoints(schedule(['a'], ['a']), only('a'))).chosen).toHaveLength(1))

test('a point that cannot be armed beside an earlier one is passed over', async () => {
  const clash = async (text: string, beside: readonly string[]) =>
    beside.includes('a until b') && text === 'a until c' ? "'a until b' is for the same place" : undefined
  const { chosen } = await chooseSchedulePoints(schedule(['a until b'], ['a until c', 'd']), clash)
  expect(chosen.map(({ text }) => text)).toEqual(['a until b', 'd'])
  expect(chosen[1]?.instead).toEqual([{ text: 'a until c', why: "'a until b' is for the same place" }])
})

test('a preemption without a point is said', async () => {
  const { chosen, notes } = await chooseSchedulePoints(schedule(['a'], ['b']), only('a'))
  expect(chosen.map(({ text }) => text)).toEqual(['a'])
  expect(notes).toEqual(["the schedule's preemption of thread 2: no point can be armed: 'b': b was inlined"])
})

test.each([[['a', 'b']], [[]]])('without any there is nothing to try: %j', async (texts) =>
  expect(await chooseSchedulePoints(schedule(texts), only()).catch((error: unknown) => error)).toBeInstanceOf(
    UsageError,
  ),
)
