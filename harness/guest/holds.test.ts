// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { formatHold } from '../inputs/hold/format.ts'
import type { Sweep } from '../inputs/hold/model.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { RACE_HOLD } from '../testing/guest.ts'
import { generations } from './generation.ts'
import { chooseHolds, countsHits, type HoldPlan, holdEntries, holdFile, holdText, NO_HOLDS } from './holds.ts'

const OWN = generations[0]!.hold!
const SWEEP = 'allocation 1 to 20 fails'
const series = (...hold: string[]) => ({ name: 's', hold })

describe('the hold points of a boot', () => {
  const choose = (over: Partial<Parameters<typeof chooseHolds>[0]>, hold: string | null = OWN) =>
    chooseHolds({ amplify: true, given: [], series: series(), ...over }, { hold }, ['race', 'pump'])
  const symbols = (over: Parameters<typeof choose>[0], hold?: string | null) =>
    choose(over, hold).holds.map((one) => formatHold(one).split(/[: ]/)[0])

  test.each([
    ['those of the kernel', {}, ['zswap_writeback_entry'], true],
    ['those of the series before them', { series: series('f until g for 1ms') }, ['f'], false],
    ['those of the user before both', { given: ['h for 1ms'], series: series('f for 1ms') }, ['h'], false],
    ['none without amplification', { amplify: false, given: ['h for 1ms'] }, [], false],
    ["a series that names the kernel's own", { series: series(OWN) }, ['zswap_writeback_entry'], true],
    ["the kernel's own beside a sweep", { series: series(OWN, SWEEP) }, ['zswap_writeback_entry', 'allocation'], true],
    ['a sweep alone', { given: [SWEEP] }, ['allocation'], false],
    ['no sweep without amplification', { amplify: false, given: [SWEEP] }, [], false],
    ['no sweep of lanes that do not run', { given: ['allocation 1 fails during zram'] }, [], false],
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
      'probe zswap_writeback_entry 0 breakpoint arg1 any',
      'probe zs_free 0 return arg1 any',
      'arm 0 1 15000 race',
      'arm 1 -1 200 *',
      'override 0 -1 3 pump,race',
      'results 1',
      'trials 300',
      '',
    ].join('\n'),
  ))

// The kernel may make a jump of the others.
test.each<[Partial<HoldPlan>, readonly string[]]>([
  [{}, ['entry', 'entry']],
  [{ trialMs: 300 }, ['breakpoint', 'breakpoint']],
  [{ armed: [{ text: '', probe: 1, value: 0n, calls: 1, lanes: [] }] }, ['entry', 'breakpoint']],
])('which breakpoints stay, with %o', (over, places) => {
  const probes = RACE_HOLD.probes.map((probe) => ({ ...probe, at: 'entry' as const }))
  const lines = holdFile(plan({ probes, ...over })).split('\n')
  expect(lines.slice(0, 2).map((line) => line.split(' ')[3])).toEqual(places)
})

const sweeps = ['allocation 1 to 20 fails', 'allocation 7 fails in task kworker/u8:1 during race,pump'].map(
  (text) => parseHold(text, text) as Sweep,
)

test('the file of the guest has sweeps without any point', () => {
  const lines = 'failnth 1 20 tasks *\nfailnth 7 7 comm:kworker/u8:1 race,pump\n'
  const [entry, ...others] = holdEntries({ ...NO_HOLDS, sweeps })
  expect(others).toEqual([])
  expect(entry).toMatchObject({ path: 'hold', data: Buffer.from(lines) })
  expect(holdEntries(NO_HOLDS)).toEqual([])
})

// The guest loads its module when the first line is a probe.
test('the points come before the sweeps', () =>
  expect(
    holdFile(plan({ sweeps }))
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['probe', 'probe', 'arm', 'failnth', 'failnth', '']))

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
