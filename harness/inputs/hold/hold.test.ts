// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LANES } from '../../model/names.ts'
import { archs } from '../arch/index.ts'
import { formatHold } from './format.ts'
import {
  type Hold,
  isFunction,
  MOST_CALLS,
  MOST_NTH,
  MOST_US,
  type Place,
  type Point,
  type SweepWhom,
  type Whom,
} from './model.ts'
import { parseHold } from './parse.ts'

const parse = (text: string): Hold => parseHold(text, '--hold')
const symbol = (name: string, offset = 0): Place => ({ kind: 'symbol', symbol: name, offset })

test('the point of the posted patch', () =>
  expect(parse('zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms during race')).toEqual({
    kind: 'hold',
    point: { place: symbol('zswap_writeback_entry'), at: 'entry', key: { kind: 'arg', n: 1 } },
    whom: { kind: 'any' },
    until: { place: symbol('zs_free'), at: 'return', key: { kind: 'arg', n: 1 } },
    us: 15_000,
    lanes: ['race'],
  }))

test('an override', () =>
  expect(parse('zs_create_pool returns 0 for 1 call')).toEqual({
    kind: 'override',
    point: { place: symbol('zs_create_pool'), at: 'entry', key: null },
    whom: { kind: 'any' },
    value: 0n,
    calls: 1,
    lanes: [],
  }))

test('a sweep', () =>
  expect(parse('allocation 1 to 20 fails in kworkers during pump')).toEqual({
    kind: 'sweep',
    from: 1,
    to: 20,
    whom: { kind: 'kworkers' },
    lanes: ['pump'],
  }))

test('a function may have the name of a sweep', () =>
  expect(parse('allocation for 1ms')).toMatchObject({ kind: 'hold', point: { place: symbol('allocation') } }))

const call = (callee: string, nth: number, side: 'before' | 'after'): Place => ({
  kind: 'call',
  symbol: 'zs_free',
  callee,
  nth,
  side,
})

test.each<[string, Place]>([
  ['zs_free', symbol('zs_free')],
  ['zs_reclaim_page.constprop.0', symbol('zs_reclaim_page.constprop.0')],
  ['zs_free+0x1c', symbol('zs_free', 28)],
  ['zs_free+28', symbol('zs_free', 28)],
  ['mm/zswap.c:1075', { kind: 'line', file: 'mm/zswap.c', line: 1075 }],
  ['arch/x86/mm/fault.c:9', { kind: 'line', file: 'arch/x86/mm/fault.c', line: 9 }],
  ['zs_free>cache_free', call('cache_free', 1, 'before')],
  ['zs_free<cache_free#2', call('cache_free', 2, 'after')],
  ['zs_free>*#2', call('*', 2, 'before')],
])('place %s', (text, place) => {
  expect(parse(text)).toMatchObject({ point: { place, at: 'entry', key: null } })
  expect(parse(`a until ${text}`)).toMatchObject({ until: { at: isFunction(place) ? 'return' : 'entry' } })
})

test.each<[string, string, Point['at'], Point['key']]>([
  ['a:arg0 until b:ret', 'b', 'return', { kind: 'ret' }],
  ['a:arg0 until b:entry:rdi', 'b', 'entry', { kind: 'register', name: 'rdi' }],
  ['a:x19 until b:return:arg5', 'b', 'return', { kind: 'arg', n: 5 }],
])('%s', (text, name, at, key) => expect(parse(text)).toMatchObject({ until: { place: symbol(name), at, key } }))

test.each<[string, Whom]>([
  ['a in any', { kind: 'any' }],
  ['a in kworkers', { kind: 'kworkers' }],
  ['a in tasks', { kind: 'tasks' }],
  ['a in task kworker/u8:1', { kind: 'task', name: 'kworker/u8:1' }],
  ['a in task returns', { kind: 'task', name: 'returns' }],
  ['a in cpu 1', { kind: 'cpu', n: 1 }],
  ['a in calls from b', { kind: 'from', symbol: 'b' }],
])('%s', (text, whom) => expect(parse(text)).toMatchObject({ whom }))

test.each<[string, bigint]>([
  ['-ENOMEM', -12n],
  ['EIO', 5n],
  ['-1', -1n],
  ['0xffffffffffffffff', (1n << 64n) - 1n],
  ['-0x10', -16n],
])('value %s', (text, value) => expect(parse(`f returns ${text}`)).toMatchObject({ value, calls: 1 }))

test.each([
  ['  a:entry   for 1000us in any', 'a for 1ms'],
  ['a until b:return', 'a until b for 15ms'],
  ['a for 1ms until b:entry during pump,race,pump', 'a until b:entry for 1ms during race,pump'],
  ['a+0x0', 'a for 15ms'],
  ['a>b#1', 'a>b for 15ms'],
  ['allocation 07 fails', 'allocation 7 fails in tasks'],
  ['allocation 3 to 3 fails during pump,race in task a', 'allocation 3 fails in task a during race,pump'],
  ['allocation 1 to 1000 fails in task fails', 'allocation 1 to 1000 fails in task fails'],
  ['f returns -12 in cpu 0 for 2 calls', 'f returns -ENOMEM for 2 calls in cpu 0'],
])("'%s' is written '%s'", (text, canonical) => {
  expect(formatHold(parse(text))).toBe(canonical)
  expect(formatHold(parse(canonical))).toBe(canonical)
})

describe('refused, with the place of the text and what is wrong', () => {
  test.each([
    ['', 'ends before a point'],
    ['a until', 'ends before the point after until'],
    ['9lives', "'9lives' is not a place"],
    ['a+', "'a+' is not a place"],
    ['a>b#0', 'calls count from #1'],
    ['a>', "'a>' is not a place"],
    ['mm/zswap.c:0', 'lines count from 1'],
    ['mm/zswap.c', "'mm/zswap.c' is not a place"],
    ['/mm/zswap.c:3', "not a path in the kernel's source"],
    ['../zswap.c:3', "not a path in the kernel's source"],
    ['mm/zswap.c:3:return', 'only a function has a return'],
    ['a+0x4:return', 'only a function has a return'],
    ['a>b:return', 'only a function has a return'],
    ['a:arg6 until b:arg0', "':arg6' is not a key"],
    ['a:rid until b:arg0', 'did you mean rdi?'],
    ['a:arg1:arg2 until b:arg0', 'more than one key'],
    ['a:retrun', 'did you mean return?'],
    ['a:ret until b:ret', 'known at a return only'],
    ['a:arg0 until b:rdi', 'not at a return'],
    ['a+0x4:arg1 until b:arg1', "known at a function's entry and return"],
    ['mm/zswap.c:3:arg1 until b:arg1', "known at a function's entry and return"],
    ['a<b:arg1 until b:arg1', "known at a function's entry and return"],
    ['a:arg1 until b', 'one of the two points has a key'],
    ['a until b:arg1', 'one of the two points has a key'],
    ['a:arg1', 'the key has nothing to match'],
    ['a in kworker', 'did you mean kworkers?'],
    ['a in task sixteen-letters-', 'is not the name of a task'],
    ['a in cpu x', "'x' is not a CPU"],
    ['a in calls of b', "'calls of' is not whom"],
    ['a:return in calls from b', "known at a function's entry only"],
    ['a for 51ms', 'not a time from 1us to 50ms'],
    ['a for 0us', 'not a time from 1us to 50ms'],
    ['a for 15', 'ends before a unit'],
    ['a for 15s', 'not a time from 1us to 50ms'],
    ['a for 15ms for 15ms', "'for' is there twice"],
    ['a utnil b', 'did you mean until?'],
    ['a during rase', 'did you mean race?'],
    ['a during', 'ends before the lanes'],
    ['f returns', 'ends before the value'],
    ['f returns ENOMEN', "'ENOMEN' is not a value"],
    ['f returns 0x1ffffffffffffffff', 'is not a value'],
    ['f returns 18446744073709551616', 'more than 64 bits'],
    ['f returns 0 for 15ms', 'not for a time'],
    ['f returns 0 for 15', 'ends before a unit'],
    ['f returns 0 for 2 times', 'not a number of calls'],
    ['a for 3 calls', "only 'returns' lasts for a number of calls"],
    ['f returns 0 for 0 calls', 'not a number of calls'],
    ['f returns 0 until g', 'do not go together'],
    ['f+0x4 returns 0', 'needs the entry of a function'],
    ['f:return returns 0', 'needs the entry of a function'],
    ['f:rdi returns 0', 'no key but an argument'],
    ['allocation 0 fails', "'0' is not the number of an allocation"],
    ['allocation 1 to 1001 fails', 'from 1 to 1000'],
    ['allocation 1x fails', "'1x' is not the number of an allocation"],
    ['allocation 1 to', 'ends before the last number'],
    ['allocation 5 to 4 fails', "'5 to 4' is empty"],
    ['allocation 1', "ends before 'fails'"],
    ['allocation 1 to 2 fail', 'did you mean fails?'],
    ['allocation 1 fails in any', 'counted by task'],
    ['allocation 1 fails in cpu 0', 'counted by task'],
    ['allocation 1 fails in calls from f', 'counted by task'],
    ['allocation 1 fails for 3 calls', "with 'in' and 'during' only"],
    ['allocation 1 fails until f', "with 'in' and 'during' only"],
    ['allocation 1 fails returns 0', "with 'in' and 'during' only"],
    ['allocations 1 to 2 fails', "'1' is not expected there"],
  ])('%j: %s', (text, wrong) => {
    expect(() => parse(text)).toThrow(wrong)
    expect(() => parse(text)).toThrow(/^--hold: /)
    expect(() => parse(text)).toThrow(expect.objectContaining({ exitCode: 2, hint: expect.stringMatching(/\w/) }))
  })
})

const name = fc.stringMatching(/^[A-Za-z_][\w.$]{0,12}$/)
const functionPlace = name.map((text) => symbol(text))
const anyPlace = fc.oneof(
  functionPlace,
  fc.tuple(name, fc.integer({ min: 0, max: 0xfffffff })).map(([text, offset]) => symbol(text, offset)),
  fc
    .tuple(fc.stringMatching(/^[a-z][a-z_-]{0,5}(\/[a-z_-]{1,5}){0,2}\.[chS]$/), fc.integer({ min: 1, max: 9_999_999 }))
    .map(([file, line]): Place => ({ kind: 'line', file, line })),
  fc
    .tuple(
      name,
      fc.oneof(name, fc.constant('*')),
      fc.integer({ min: 1, max: 9999 }),
      fc.constantFrom<'before' | 'after'>('before', 'after'),
    )
    .map(([text, callee, nth, side]): Place => ({ kind: 'call', symbol: text, callee, nth, side })),
)
const argument = fc.integer({ min: 0, max: 5 }).map((n) => ({ kind: 'arg' as const, n }))
const register = fc
  .constantFrom(...archs.flatMap(({ registers }) => registers))
  .map((text) => ({ kind: 'register' as const, name: text }))

const pointWith = (keyed: boolean): fc.Arbitrary<Point> =>
  anyPlace.chain((place) =>
    fc.constantFrom<Point['at']>('entry', ...(isFunction(place) ? (['return'] as const) : [])).chain((at) => {
      const keys: fc.Arbitrary<NonNullable<Point['key']>>[] = []
      if (at === 'return') keys.push(fc.constant({ kind: 'ret' }))
      if (at === 'entry') keys.push(register)
      if (isFunction(place) || (place.kind === 'call' && place.side === 'before')) keys.push(argument)
      return (keyed ? fc.oneof(...keys) : fc.constant(null)).map((key): Point => ({ place, at, key }))
    }),
  )
const simpleWhom: fc.Arbitrary<Whom> = fc.oneof(
  fc.constantFrom<Whom>({ kind: 'any' }, { kind: 'kworkers' }, { kind: 'tasks' }),
  fc.stringMatching(/^[\x21-\x7e]{1,15}$/).map((text): Whom => ({ kind: 'task', name: text })),
  fc.integer({ min: 0, max: 9999 }).map((n): Whom => ({ kind: 'cpu', n })),
)
const from = name.map((text): Whom => ({ kind: 'from', symbol: text }))
const whomAt = (point: Point): fc.Arbitrary<Whom> =>
  isFunction(point.place) && point.at === 'entry' ? fc.oneof(simpleWhom, from) : simpleWhom
const lanes = fc.subarray([...LANES])

const delay = fc
  .boolean()
  .chain((keyed) =>
    pointWith(keyed).chain((point) =>
      fc
        .tuple(
          whomAt(point),
          keyed ? pointWith(true) : fc.option(pointWith(false)),
          fc.integer({ min: 1, max: MOST_US }),
          lanes,
        )
        .map(([whom, until, us, during]): Hold => ({ kind: 'hold', point, whom, until, us, lanes: during })),
    ),
  )
const override = fc
  .tuple(
    fc.tuple(functionPlace, fc.option(argument)),
    fc.oneof(simpleWhom, from),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
    fc.integer({ min: 1, max: MOST_CALLS }),
    lanes,
  )
  .map(
    ([[place, key], whom, value, calls, during]): Hold => ({
      kind: 'override',
      point: { place, at: 'entry', key },
      whom,
      value,
      calls,
      lanes: during,
    }),
  )

const nth = fc.integer({ min: 1, max: MOST_NTH })
const countedWhom: fc.Arbitrary<SweepWhom> = fc.oneof(
  fc.constantFrom<SweepWhom>({ kind: 'kworkers' }, { kind: 'tasks' }),
  fc.stringMatching(/^[\x21-\x7e]{1,15}$/).map((text): SweepWhom => ({ kind: 'task', name: text })),
)
const sweep = fc.tuple(nth, nth, countedWhom, lanes).map(
  ([a, b, whom, during]): Hold => ({
    kind: 'sweep',
    from: Math.min(a, b),
    to: Math.max(a, b),
    whom,
    lanes: during,
  }),
)

test('what is written is read again', () =>
  fc.assert(
    fc.property(fc.oneof(delay, override, sweep), (hold) => {
      expect(parse(formatHold(hold))).toEqual(hold)
    }),
  ))

test('no text makes it fail in another way', () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(allocation [0-9])?[a-z0-9:+><# ]{0,40}$/)), (text) => {
      try {
        parse(text)
      } catch (error) {
        expect(error).toMatchObject({ name: 'UsageError' })
      }
    }),
  ))
