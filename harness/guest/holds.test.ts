// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseHold } from '../inputs/hold/parse.ts'
import { RACE_HOLD } from '../testing/guest.ts'
import { generations } from './generation.ts'
import { chooseHolds, countsHits, type HoldPlan, holdFile, holdText } from './holds.ts'

const OWN = generations[0]!.hold!
const series = (...hold: string[]) => ({ name: 's', hold })

describe('the hold points of a boot', () => {
  const choose = (over: Partial<Parameters<typeof chooseHolds>[0]>, hold: string | null = OWN) =>
    chooseHolds({ amplify: true, given: [], series: series(), ...over }, { hold }, ['race', 'pump'])
  const symbols = (over: Parameters<typeof choose>[0], hold?: string | null) =>
    choose(over, hold).holds.map(({ point }) => (point.place.kind === 'symbol' ? point.place.symbol : ''))

  test.each([
    ['those of the kernel', {}, ['zswap_writeback_entry'], true],
    ['those of the series before them', { series: series('f until g for 1ms') }, ['f'], false],
    ['those of the user before both', { given: ['h for 1ms'], series: series('f for 1ms') }, ['h'], false],
    ['none without amplification', { amplify: false, given: ['h for 1ms'] }, [], false],
    ["a series that names the kernel's own", { series: series(OWN) }, ['zswap_writeback_entry'], true],
    ['none for lanes that do not run', { given: ['h for 1ms during zram'] }, [], false],
  ])('%s', (_name, over, expected, own) => {
    expect(symbols(over)).toEqual(expected)
    expect(choose(over).own).toBe(own)
  })

  test('a wrong text names where it is from', () => {
    expect(() => choose({ given: ['f unti g'] })).toThrow('--hold "f unti g"')
    expect(() => choose({ series: series('ok for 1ms', 'f for 9s') })).toThrow('series s: hold[1]')
  })
})

const plan = (over: Partial<HoldPlan>): HoldPlan => ({ ...RACE_HOLD, ...over })

test('the file of the guest', () =>
  expect(
    holdFile(
      plan({
        armed: [
          ...RACE_HOLD.armed,
          { text: '', probe: 1, until: null, us: 200, lanes: [] },
          { text: '', probe: 0, value: 2n ** 64n - 1n, calls: 3, lanes: ['pump', 'race'] },
        ],
        results: 1,
        trialMs: 300,
      }),
    ),
  ).toBe(
    [
      'probe zswap_writeback_entry 0 entry arg1 any',
      'probe zs_free 0 return arg1 any',
      'arm 0 1 15000 race',
      'arm 1 -1 200 *',
      'override 0 -1 3 pump,race',
      'results 1',
      'trials 300',
      '',
    ].join('\n'),
  ))

test('what a lane arms', () => {
  expect([countsHits(RACE_HOLD, 'race'), countsHits(RACE_HOLD, 'pump')]).toEqual([true, false])
  const delay = plan({ armed: [{ text: '', probe: 0, until: null, us: 9, lanes: [] }] })
  expect(countsHits(delay, 'zram')).toBe(false)
})

test.each([
  [{ point: 0, until: -1, us: 200 }, 'a>b#2 for 200us'],
  [{ point: 1, until: 0, us: 1500 }, 'c:return until a>b#2 for 1500us'],
  [{ point: 0, until: 1, us: 1000 }, 'a>b#2 until c for 1ms'],
])('the numbers %o of a search are %s, which can be read again', (numbers, text) => {
  const probes = ['a>b#2', 'c:return'].map((name) => ({ ...RACE_HOLD.probes[0]!, name }))
  expect(holdText(probes, numbers)).toBe(text)
  expect(() => parseHold(text, 'a test')).not.toThrow()
})
