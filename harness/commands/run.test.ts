// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { Series } from '../inputs/series/model.ts'
import { seconds } from '../lib/text/quantity.ts'
import type { LaneName } from '../model/results.ts'
import { lanesAsked } from '../run/settings.ts'
import { parseFlags, placesFor, type RunFlags } from './actions/run.ts'

const known = { configs: ['zpool-off', 'zpool-on'], profiles: ['kasan', 'plain'] }
const flags: RunFlags = {
  tree: 'debian:6.1',
  series: 'zsmalloc-deferred-handles',
  leg: 'both',
  runs: 'auto',
  confidence: '0.99',
  expect: 'fixed',
  amplify: true,
  seed: '1',
}

describe("run's flags", () => {
  test('default to this host, both legs and all lanes', () => {
    expect(parseFlags(flags, known)).toMatchObject({
      legs: ['before', 'after'],
      configs: undefined,
      profile: undefined,
      runs: 'auto',
      terms: { confidence: 0.99, expect: 'fixed' },
      settings: { lanes: [], durationS: null, amplify: true, seed: '1', canary: null },
    })
  })

  test.each<[Partial<RunFlags>, Series['settings'], readonly string[], string]>([
    [{}, {}, ['zpool-on', 'zpool-off'], 'kasan'],
    [{}, { configs: ['zpool-off'], profile: 'plain' }, ['zpool-off'], 'plain'],
    [{ config: ['zpool-on'] }, { configs: ['zpool-off'], profile: 'plain' }, ['zpool-on'], 'plain'],
    [{ profile: 'kasan' }, { configs: ['zpool-off'], profile: 'plain' }, ['zpool-off'], 'kasan'],
  ])('%j with a series of %j', (given, settings, configs, profile) => {
    expect(placesFor(parseFlags({ ...flags, ...given }, known), { settings })).toEqual({ configs, profile })
  })

  test.each<[LaneName[], LaneName[] | undefined, LaneName[]]>([
    [[], undefined, []],
    [[], ['pump'], ['pump']],
    [['race'], ['pump'], ['race']],
  ])('lanes %j with a series of %j are %j', (lanes, own, expected) => {
    expect(lanesAsked({ lanes }, { settings: own ? { lanes: own } : {} })).toEqual(expected)
  })

  test.each<[Partial<RunFlags>, RegExp]>([
    [{ arch: 'arm46' }, /unknown architecture 'arm46'.*did you mean arm64/],
    [{ leg: 'befor' }, /unknown leg 'befor'.*did you mean before/],
    [{ config: ['zpool-of'] }, /unknown config 'zpool-of'.*did you mean zpool-off/],
    [{ profile: 'kasn' }, /unknown profile 'kasn'.*did you mean kasan/],
    [{ lane: ['pumps'] }, /unknown lane 'pumps'.*did you mean pump/],
    [{ runs: '0' }, /--runs 0: not a whole number from 1/],
    [{ confidence: '1' }, /--confidence 1: not a probability/],
    [{ confidence: '0.2' }, /--confidence 0.2/],
    [{ runs: '1.5' }, /--runs 1.5/],
    [{ jobs: 'many' }, /--jobs many/],
    [{ duration: 'soon' }, /--duration soon: not a length of time/],
    [{ duration: '0s' }, /--duration 0s/],
    [{ explore: 'off', exploreBudget: 'long' }, /--explore-budget long/],
    [{ seed: '-1' }, /--seed -1/],
  ])('%j is rejected', (wrong, message) => {
    expect(() => parseFlags({ ...flags, ...wrong }, known)).toThrow(message)
  })

  test.each<[Partial<RunFlags>, number | undefined]>([
    [{}, 20_000],
    [{ exploreBudget: '1m' }, 60_000],
    [{ explore: 'off' }, undefined],
  ])('%j explores each leg for %j ms', (given, ms) =>
    expect(parseFlags({ ...flags, ...given }, known).exploreMs).toBe(ms),
  )

  test('the same name twice is one', () => {
    const twice = { config: ['zpool-on', 'zpool-off', 'zpool-on'], lane: ['race,race', 'pump'], checks: ['w1', 'w1'] }
    expect(parseFlags({ ...flags, ...twice }, known)).toMatchObject({
      configs: ['zpool-on', 'zpool-off'],
      settings: { lanes: ['race', 'pump'], checks: ['w1'] },
    })
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
