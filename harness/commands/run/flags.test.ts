// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { seconds } from '../../lib/text/quantity.ts'
import { optionsFrom, type RunFlags } from './flags.ts'

const known = { configs: ['zpool-off', 'zpool-on'], profiles: ['kasan', 'plain'] }
const flags: RunFlags = {
  tree: 'debian:6.1',
  series: 'zsmalloc-deferred-handles',
  leg: 'both',
  profile: 'kasan',
  runs: '1',
  amplify: true,
  seed: '1',
}

describe("run's flags", () => {
  test('no options: this host, both legs, both configs, kasan, all lanes', () => {
    expect(optionsFrom(flags, known)).toMatchObject({
      legs: ['before', 'after'],
      configs: ['zpool-on', 'zpool-off'],
      profile: 'kasan',
      lanes: [],
      runs: 1,
    })
  })

  test.each<[Partial<RunFlags>, RegExp]>([
    [{ arch: 'arm46' }, /unknown architecture 'arm46'.*did you mean arm64/],
    [{ leg: 'befor' }, /unknown leg 'befor'.*did you mean before/],
    [{ config: ['zpool-of'] }, /unknown config 'zpool-of'.*did you mean zpool-off/],
    [{ profile: 'kasn' }, /unknown profile 'kasn'.*did you mean kasan/],
    [{ lane: ['pumps'] }, /unknown lane 'pumps'.*did you mean pump/],
    [{ runs: '0' }, /--runs 0: not a whole number from 1/],
    [{ runs: '1.5' }, /--runs 1.5/],
    [{ jobs: 'many' }, /--jobs many/],
    [{ duration: 'soon' }, /--duration soon: not a length of time/],
    [{ duration: '0s' }, /--duration 0s/],
    [{ seed: '-1' }, /--seed -1/],
    [{ tree: 'debain:6.1' }, /debian/],
  ])('%j is refused', (wrong, message) => {
    expect(() => optionsFrom({ ...flags, ...wrong }, known)).toThrow(message)
  })

  test.each([
    ['30', 30],
    ['30s', 30],
    ['2m', 120],
    ['1h', 3600],
  ])('%s is %i seconds', (text, value) => {
    expect(seconds('--duration', text)).toBe(value)
  })
})
