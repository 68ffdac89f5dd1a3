// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, TriedSchedule } from '../model/results.ts'
import { aCell, aCrash, aFinding, aHeldPoint, aHold } from '../testing/runs.ts'
import { confirm, describeConfirmed } from './confirm.ts'

const TEXT = 'zs_map_object:arg1 in kworkers until zs_free:arg1 for 15ms'
const schedule: TriedSchedule = {
  ...{ file: '/s.json', leg: 'before', scenario: 'shrink-free', symptom: 'wild-pointer', bySignature: true },
  stack: ['get_zspage', 'zs_map_object', 'zswap_writeback_entry', 'shrink_worker'],
  holds: [{ thread: 1, choices: [{ text: TEXT, why: '' }] }],
}
const armed = [{ text: TEXT, lanes: [], override: false, sweep: false }]
const holds = aHold({ from: 'schedule', armed, race: false })
const counted = (met: number): CellResult['evidence'] => ({
  ...aCell().evidence,
  holds: [aHeldPoint({ point: 'zs_map_object:arg1 in kworkers', reached: 9, held: 5, met })],
})
const bug = (part = {}) =>
  aFinding({
    signature: true,
    known: false,
    title: 'Oops',
    shown: { in: 'race', stack: ['zs_map_object', 'zswap_writeback_entry'] },
    ...part,
  })
const crash = (part: Partial<CellResult> = {}): CellResult =>
  aCrash({ holds, evidence: counted(2), findings: [bug()], ...part })

const isConfirmed = (cells: readonly CellResult[], over: Partial<TriedSchedule> = {}): boolean =>
  confirm({ ...schedule, ...over }, cells).confirmed

test('it is confirmed where its leg fails with the signature while its points were met', () => {
  const found = confirm(schedule, [crash(), aCell({ holds })])
  expect(found).toMatchObject({ file: '/s.json', leg: 'before', holds: [TEXT], confirmed: true })
  expect(describeConfirmed(found)).toMatch(/^confirmed on a booted kernel: .*Oops, after 2 meetings at its points$/)
})

describe('it is not confirmed', () => {
  test.each<[string, Partial<CellResult>, string]>([
    ['when nobody met at its points', { evidence: counted(0) }, 'but not while'],
    ['by another failure', { findings: [bug({ signature: false })] }, 'fails in another way: Oops'],
    ['by a known finding', { findings: [bug({ known: true })] }, 'passed'],
    [
      'by a failure of the boot, before any lane',
      { findings: [bug({ shown: { in: 'boot', stack: [] } })] },
      'another way',
    ],
    ['when other points were armed', { holds: aHold({ from: 'series' }) }, 'armed none of its points'],
    ['when the boot passed', { findings: [], verdict: 'pass' }, '1 boot passed, with 2 meetings'],
  ])('%s', (_, part, reason) => {
    const found = confirm(schedule, [crash(part)])
    expect(found.confirmed).toBe(false)
    expect(found.reason).toContain(reason)
  })
  test('by the other leg', () => expect(isConfirmed([crash({ leg: 'after' })])).toBe(false))
  test('when one of two preemptions has no point', () =>
    expect(
      isConfirmed([crash()], {
        holds: [...schedule.holds, { thread: 2, choices: [{ text: 'zs_malloc for 50ms', why: '' }] }],
      }),
    ).toBe(false))
  test('when nothing ran', () => expect(confirm(schedule, []).reason).toContain('no kernel of the before leg'))
})

test('one point may stand for two preemptions', () =>
  expect(isConfirmed([crash()], { holds: [...schedule.holds, ...schedule.holds] })).toBe(true))

test('one boot of several is enough', () => expect(isConfirmed([crash({ evidence: counted(0) }), crash()])).toBe(true))

describe('without a signature the stack of the exploration decides', () => {
  const shown = (...stack: readonly string[]) => [bug({ signature: false, shown: { in: 'race', stack: [...stack] } })]
  test.each([
    [['zs_map_object', 'zswap_writeback_entry'], true],
    [['zs_map_object.constprop.0', 'shrink_worker', 'other'], true],
    [['zs_map_object'], true],
    [['zswap_writeback_entry', 'zs_map_object'], false],
    [['zs_free', 'zs_map_object'], false],
    [['zs_map_object', 'zswap_frontswap_load'], false],
    [[], false],
  ])('%j: %s', (stack, expected) =>
    expect(isConfirmed([crash({ findings: shown(...stack) })], { bySignature: false })).toBe(expected),
  )
})

test.each([
  ['oops', true],
  ['kasan', true],
  ['soft-lockup', false],
  ['warning', false],
])('without a signature another symptom in the same functions is another failure: %s: %s', (kind, expected) => {
  const findings = [bug({ signature: false, kind, shown: { in: 'race', stack: ['zs_map_object', 'shrink_worker'] } })]
  const over = { bySignature: false, symptom: 'wild-pointer: read of 4 bytes at 0' }
  expect(isConfirmed([crash({ findings })], over)).toBe(expected)
})
