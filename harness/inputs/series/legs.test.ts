// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { changeOf, holdsOn, legsOf, otherReadings, proofOf, readingOn } from './legs.ts'
import type { Legs, Patch, Series } from './model.ts'
import type { Applicability } from './schema.ts'

const patch = (file: string): Patch => ({ file, subject: file, sha256: file, text: '', firstLine: 0, reverse: false })
const series = (name: string, patches: string[], more: Partial<Series> = {}): Series => ({
  name,
  dir: undefined,
  title: name,
  touches: [],
  patches: patches.map(patch),
  variants: [],
  requires: [],
  bases: new Map(),
  applicability: [],
  signature: [],
  knownFindings: [],
  hold: [],
  settings: {},
  ...more,
})
const rule = (versions: string, state: Applicability['state']): Applicability => ({
  versions,
  state,
  note: `${state}!`,
})

const base = series('base', ['b1', 'b2'], {
  applicability: [rule('>=6.1 <6.2-rc1', 'applies'), rule('>=6.2-rc1', 'already-applied')],
})
const fix = series('fix', ['f1', 'f2'], {
  requires: [{ series: 'base', versions: '>=6.1 <6.2-rc1' }],
  bases: new Map([['base', base]]),
  applicability: [
    rule('<6.2-rc1', 'needs-base'),
    rule('>=6.2-rc1 <6.2-rc7', 'applies'),
    rule('>=6.2-rc7 <6.5', 'already-applied'),
    rule('>=6.5', 'code-gone'),
  ],
})
const resolveLegs = (of: Series, version: string, extra: readonly Patch[] = []): Legs =>
  legsOf(readingOn(of, version), extra)
const named = (leg: readonly Patch[]): string => leg.map(({ file, reverse }) => (reverse ? `-${file}` : file)).join(' ')
const shown = ({ before, after }: Legs) => [before, after].map(named)

describe('the legs', () => {
  test.each([
    ['6.1.192', ['b1 b2', 'b1 b2 f1 f2']],
    ['6.2-rc4', ['', 'f1 f2']],
    ['6.2', ['-f2 -f1', '']],
    ['6.4.9', ['-f2 -f1', '']],
  ])('on %s', (version, expected) => {
    expect(shown(resolveLegs(fix, version))).toEqual(expected)
  })

  test.each([
    ['6.6', 'the code is gone: code-gone!'],
    ['6.0', 'it needs a base that no required series provides: needs-base!'],
    ['mainline', 'is not a kernel version'],
  ])('on %s it refuses: %s', (version, why) => {
    expect(() => resolveLegs(fix, version)).toThrow(why)
  })

  test('a series without version rules is applied to the bare tree', () => {
    expect(shown(resolveLegs(series('x', ['x1']), '6.1'))).toEqual(['', 'x1'])
  })

  test('bases require bases', () => {
    const deep = series('deep', ['d1'], {
      requires: [{ series: 'fix', versions: '*' }],
      bases: new Map([['fix', fix]]),
    })
    expect(shown(resolveLegs(deep, '6.1.9'))).toEqual(['b1 b2 f1 f2', 'b1 b2 f1 f2 d1'])
    expect(shown(resolveLegs(deep, '6.3'))).toEqual(['', 'd1'])
  })
})

describe('a variant', () => {
  const own = (versions: string, ...patches: string[]) => {
    const { touches, knownFindings, hold, ...rest } = series('v', patches, { touches: patches })
    return { versions, touches, knownFindings, hold, patches: rest.patches }
  }
  const many = series('many', ['m1'], {
    variants: [own('>=6.2-rc7 <6.5', 'm1', 'm2'), own('>=6.4', 'n1')],
    applicability: [rule('>=6.2-rc7 <6.5', 'already-applied')],
    touches: ['m1'],
  })

  test.each([
    ['6.1', ['', 'm1']],
    ['6.2-rc6', ['', 'm1']],
    ['6.2-rc7', ['-m2 -m1', '']],
    ['6.4', ['-m2 -m1', '']],
    ['6.5', ['', 'n1']],
  ])('on %s', (version, expected) => expect(shown(resolveLegs(many, version))).toEqual(expected))

  test('brings its files and known findings', () => {
    expect(readingOn(many, '6.3').series.touches).toEqual(['m1', 'm2'])
    expect(readingOn(many, '6.1').series.touches).toEqual(['m1'])
  })

  test('of a base is what the leg gets', () => {
    const top = series('top', ['t1'], {
      requires: [{ series: 'many', versions: '*' }],
      bases: new Map([['many', many]]),
    })
    expect(shown(resolveLegs(top, '6.5'))).toEqual(['n1', 'n1 t1'])
    expect(shown(resolveLegs(top, '6.3'))).toEqual(['', 't1'])
  })
})

describe('with a base', () => {
  const onBase = (state: Applicability['state']) =>
    series('top', ['t1', 't2'], {
      requires: [{ series: 'base', versions: '<6.2-rc1' }],
      bases: new Map([['base', base]]),
      applicability: [rule('*', state)],
    })

  test.each<[Applicability['state'], string, readonly [string, string]]>([
    ['needs-base', '6.1.9', ['b1 b2', 'b1 b2 t1 t2 x']],
    ['applies', '6.1.9', ['b1 b2', 'b1 b2 t1 t2 x']],
    ['already-applied', '6.1.9', ['b1 b2 -t2 -t1', 'b1 b2 x']],
    ['reintroduces', '6.1.9', ['b1 b2 t1 t2', 'b1 b2 x']],
    ['already-applied', '6.2', ['-t2 -t1', 'x']],
    ['reintroduces', '6.2', ['t1 t2', 'x']],
  ])('%s on %s: both legs have it, one the patches', (state, version, expected) => {
    expect(shown(resolveLegs(onBase(state), version, [patch('x')]))).toEqual(expected)
  })

  test.each<[Applicability['state'], string]>([
    ['applies', 't1 t2 x'],
    ['already-applied', 't1 t2 x'],
    ['reintroduces', 'x'],
  ])('%s: what is checked as the change is %s', (state, expected) => {
    expect(named(changeOf(resolveLegs(onBase(state), '6.1.9', [patch('x')])))).toBe(expected)
  })

  test('a base that puts a bug in is refused', () => {
    const top = series('top', ['t1'], {
      requires: [{ series: 'bug', versions: '*' }],
      bases: new Map([['bug', series('bug', ['g1'], { applicability: [rule('*', 'reintroduces')] })]]),
    })
    expect(() => resolveLegs(top, '6.1')).toThrow('series bug on 6.1: it puts a bug into the kernel')
  })

  const readings = (state: Applicability['state']) => {
    const top = onBase(state)
    const variants = [{ ...top, versions: '>=7.0', patches: [patch('v1')] }]
    const whole = { ...top, variants }
    return otherReadings(whole, readingOn(whole, '6.1'))
      .map((one) => [...shown(legsOf(one)), named(proofOf(one))].join(' | '))
      .sort()
  }

  test('any form may be in the tree, and so may the base; only the form of the version is added', () => {
    expect(readings('needs-base')).toEqual([
      ' | t1 t2 | -b2 -b1 b1 b2 t1 t2',
      '-t2 -t1 |  | -t2 -t1 -b2 -b1',
      '-v1 |  | -v1 -b2 -b1',
      'b1 b2 -t2 -t1 | b1 b2 | b1 b2 -t2 -t1',
      'b1 b2 -v1 | b1 b2 | b1 b2 -v1',
    ])
  })

  test('the other direction of already-applied is that it applies', () => {
    expect(readings('already-applied')).toEqual([
      ' | t1 t2 | -b2 -b1 b1 b2 t1 t2',
      '-t2 -t1 |  | -t2 -t1 -b2 -b1',
      '-v1 |  | -v1 -b2 -b1',
      'b1 b2 -v1 | b1 b2 | b1 b2 -v1',
      'b1 b2 | b1 b2 t1 t2 | b1 b2 t1 t2',
    ])
  })

  test('a direction that the author stated is not turned around', () => {
    expect(readings('reintroduces')).toEqual(['t1 t2 |  | -b2 -b1 b1 b2 t1 t2'])
  })
})

test('the hold points on a version are those of its variant, else those of the series', () => {
  const own = { versions: '>=6.12', patches: [patch('v')], touches: [], knownFindings: [], hold: ['zs_malloc for 2ms'] }
  const held = series('held', ['a'], { hold: ['zs_free for 1ms'], variants: [own] })
  expect([holdsOn(held, '6.1.1'), holdsOn(held, '6.12.3')]).toEqual([['zs_free for 1ms'], ['zs_malloc for 2ms']])
})
