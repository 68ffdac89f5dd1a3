// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { CellResult, RunResult } from '../model/results.ts'
import { aCell, aCrash, aFinding, aFound, aHold, aRequest, aRun } from '../testing/runs.ts'
import { compareRuns, describeChange, selectionKey } from './compare.ts'
import { pairsOf } from './pairs.ts'

const runOf = (cells: readonly CellResult[], id = 'now'): RunResult =>
  aRun({ id, cells: [...cells], pairs: [...pairsOf(cells)] })
const fail = (part: Partial<CellResult> = {}): CellResult =>
  aCell({ verdict: 'fail', reason: 'boom', findings: [aFinding({ title: 'boom' })], ...part })

const fixed = [aCrash(), aCell()]
const broken = [aCrash(), fail()]
const flaky = [aCrash(), aCell(), fail({ run: 2 })]
const shy = [aCell({ leg: 'before' }), aCell()]

const NAME = 'x86_64-zpool-on-kasan'

test.each<[string, readonly CellResult[], readonly CellResult[], (string | null)[][]]>([
  ['good twice', fixed, fixed, []],
  ['good, then bad', fixed, broken, [[NAME, 'new', 'fixed', 'regression']]],
  ['bad, then good', broken, fixed, [[NAME, 'gone', 'regression', 'fixed']]],
  ['bad twice', broken, broken, [[NAME, 'still-failing', 'regression', 'regression']]],
  ['bad in two ways', shy, broken, [[NAME, 'still-failing', 'not-demonstrated', 'regression']]],
  ['both ways in one run', fixed, flaky, [[NAME, 'flaky', 'fixed', 'regression']]],
  ['both ways, bad before', broken, flaky, [[NAME, 'flaky', 'regression', 'regression']]],
  ['both ways, then good', flaky, fixed, [[NAME, 'gone', 'regression', 'fixed']]],
  ['not run before', [aCell({ config: 'zpool-off' })], [fail()], [[`${NAME}-after`, 'new', null, 'fail']]],
  ['another tree is another kernel', [fail({ tree: 'v6.1' })], [fail()], [[`${NAME}-after`, 'new', null, 'fail']]],
  [
    'an unproven kernel is not a good one',
    [aCell()],
    [aCell({ verdict: 'inconclusive' })],
    [[`${NAME}-after`, 'new', 'pass', 'inconclusive']],
  ],
  ['what is not run any more', [...fixed, fail({ config: 'zpool-off' })], fixed, []],
])('%s', (_, then, now, expected) => {
  const { baseline, changes } = compareRuns(runOf(now), runOf(then, 'then'))
  expect(baseline).toBe('then')
  expect(changes.map(({ what, status, was, now: verdict }) => [what, status, was, verdict])).toEqual(expected)
})

const asking = (added: Parameters<typeof aRequest>[0]) => fixed.map((cell) => ({ ...cell, request: aRequest(added) }))

describe('a selection', () => {
  test('is the same whatever a search found and a boot armed', () => {
    const searched = asking({ search: true })
    const other = searched.map((cell) => ({ ...cell, found: aFound(), holds: aHold({ from: 'search', armed: [] }) }))
    expect(selectionKey(runOf(other))).toBe(selectionKey(runOf(searched)))
  })

  test('is the same whatever the outcome and the order', () => {
    expect(selectionKey(runOf(fixed))).toBe(selectionKey(runOf([...flaky].reverse())))
  })

  test.each([
    ['one leg', runOf([aCell()])],
    ['another config', runOf([aCrash({ config: 'zpool-off' }), aCell({ config: 'zpool-off' })])],
    ['another amplification', { ...runOf(fixed), amplified: false }],
    ['other hold points', runOf(asking({ holds: ['zs_free for 2ms'] }))],
    ['points that are looked for', runOf(asking({ search: true }))],
  ])('%s makes another', (_, run) => expect(selectionKey(run)).not.toBe(selectionKey(runOf(fixed))))
})

test('a change reads as a sentence', () => {
  const change = { what: 'x', was: 'fixed', now: 'regression', reason: 'boom', otherFailures: [], goneFailures: [] }
  expect(describeChange({ ...change, status: 'new' })).toBe('new: x: fixed, now regression (boom)')
  expect(describeChange({ ...change, status: 'still-failing', was: 'regression' })).toBe(
    'still failing: x: regression (boom)',
  )
})

describe('what still fails', () => {
  const oops = (bucket: string, title = bucket) => aFinding({ title, bucket })
  const failing = (...findings: ReturnType<typeof oops>[]) => [aCrash(), fail({ findings })]
  const compared = (then: CellResult[], now: CellResult[]) => compareRuns(runOf(now), runOf(then, 'then')).changes[0]!

  test.each<[string, CellResult[], CellResult[], string[], string[]]>([
    [
      'with the same bug in another report',
      failing(oops('null-deref:f', 'Oops in f')),
      failing(oops('null-deref:f', 'KASAN: null-ptr-deref in f')),
      [],
      [],
    ],
    [
      'with another bug',
      failing(oops('null-deref:f')),
      failing(oops('null-deref:g')),
      ['null-deref:g'],
      ['null-deref:f'],
    ],
    ['with one more', failing(oops('refcount:f')), failing(oops('refcount:f'), oops('warning:g')), ['warning:g'], []],
    ['with what is known by now', failing(oops('refcount:f')), failing({ ...oops('refcount:f'), known: true }), [], []],
  ])('%s', (_, then, now, otherFailures, goneFailures) => {
    expect(compared(then, now)).toMatchObject({ status: 'still-failing', otherFailures, goneFailures })
  })

  test('names a new bug in words', () => {
    const text = describeChange(compared(failing(oops('null-deref:f')), failing(oops('null-deref:g'))))
    expect(text).toContain('failed otherwise before; new: null-deref:g; not seen any more: null-deref:f')
  })
})
