// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, formatVersion, inRange, type KernelVersion, parseVersion, RANGE } from './version.ts'

const v = (text: string): KernelVersion => parseVersion(text)!

describe('versions', () => {
  test.each([
    ['6.1', '6.1'],
    ['v6.2-rc4', '6.2-rc4'],
    ['6.1.192', '6.1.192'],
    ['6.2.0-rc4-00012-gabcdef', '6.2-rc4'],
    ['6.1.0+', '6.1'],
    ['v6.18.2', '6.18.2'],
    ['7.0-rc3', '7.0-rc3'],
    ['7.3.4+deb13-amd64', '7.3.4'],
    ['6.1.192-zsharness', '6.1.192'],
  ])('%s reads as %s', (text, expected) => {
    expect(formatVersion(v(text))).toBe(expected)
  })

  test.each(['', '6', 'six', '6.1.2.3', 'linux-6.1', '6.x'])('%j is none', (text) => {
    expect(parseVersion(text)).toBeUndefined()
  })

  test('go in mainline order', () => {
    const order = [
      '5.19',
      '6.1',
      '6.1.9',
      '6.1.192',
      '6.2-rc1',
      '6.2-rc10',
      '6.2',
      '6.12-rc1',
      '6.12',
      '6.12.1',
      '6.18.2',
      '6.19',
      '7.0-rc3',
      '7.3',
    ]
    const shuffled = [...order].reverse()
    expect(shuffled.sort((a, b) => compareVersions(v(a), v(b)))).toEqual(order)
  })

  test('are totally ordered', () => {
    const version = fc.record({
      major: fc.nat(9),
      minor: fc.nat(30),
      patch: fc.nat(300),
      rc: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(a, b)).toBe(-compareVersions(b, a) + 0)
        expect(compareVersions(a, a)).toBe(0)
        expect(parseVersion(formatVersion(a))).toEqual(a)
      }),
    )
  })
})

describe('ranges', () => {
  test.each([
    ['>=6.1 <6.2-rc1', '6.1', true],
    ['>=6.1 <6.2-rc1', '6.1.192', true],
    ['>=6.1 <6.2-rc1', '6.2-rc1', false],
    ['<6.2-rc7', '6.2-rc6', true],
    ['<6.2-rc7', '6.2-rc7', false],
    ['>=6.18', '6.18-rc1', false],
    ['>=6.18', '6.2', false],
    ['>=6.18', '7.0-rc3', true],
    ['>=6.2 <6.10', '6.9.12', true],
    ['=6.1', '6.1.0', true],
    ['6.1', '6.1.1', false],
    [' >=v6.1-rc1  <6.1.0+ ', '6.1-rc2', true],
    ['=6.1.0-13-amd64', '6.1', true],
    ['>6.1 <=6.4', '6.4', true],
    ['*', '2.6', true],
  ])('%s holds %s: %s', (range, version, expected) => {
    expect(inRange(v(version), range)).toBe(expected)
  })

  test.each(['', '>= 6.1', 'newer', '>=6.1,<6.2'])('%j is none', (range) => {
    expect(RANGE.test(range)).toBe(false)
    expect(() => inRange(v('6.1'), range)).toThrow('is not a version range')
  })
})
