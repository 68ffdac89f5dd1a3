// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { resolveLegs } from './legs.ts'
import type { Legs, Patch, Series } from './model.ts'
import type { Applicability } from './schema.ts'

const patch = (file: string): Patch => ({ file, subject: file, sha256: file, text: '', firstLine: 0, reverse: false })
const series = (name: string, patches: string[], more: Partial<Series> = {}): Series => ({
  name,
  dir: undefined,
  title: name,
  touches: [],
  patches: patches.map(patch),
  requires: [],
  bases: new Map(),
  applicability: [],
  signature: [],
  knownFindings: [],
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
const shown = ({ before, after }: Legs) =>
  [before, after].map((leg) => leg.map(({ file, reverse }) => (reverse ? `-${file}` : file)).join(' '))

describe('resolveLegs', () => {
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
