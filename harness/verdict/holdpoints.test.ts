// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { NO_HOLDS } from '../guest/holds.ts'
import type { Sweep } from '../inputs/hold/model.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { parseYaml } from '../inputs/yaml/load.ts'
import type { CellResult, Finding, HoldPoints } from '../model/results.ts'
import { observe, RACE_HOLD } from '../testing/guest.ts'
import { aCell, aFinding, aFound, aHeldPoint, aHold } from '../testing/runs.ts'
import { noEvidence } from './evidence.ts'
import {
  describeCounts,
  describeFound,
  describeHits,
  describeHolds,
  describeMinimised,
  diedUncounted,
  fewestOf,
  holdNotes,
  holdPointsOf,
  holdYaml,
  meaningOfHolds,
  summaryOf,
} from './holdpoints.ts'

const loaded = observe({ hello: { holdModule: true } }, { holds: RACE_HOLD })
const nobody = { added: { holds: [] }, series: { hold: [] } }
const byFlags = { added: { holds: ['zs_free for 2ms'] }, series: { hold: ['zs_malloc for 2ms'] } }
const bySeries = { ...byFlags, added: { holds: [] } }

describe('the hold points of a boot', () => {
  test.each([
    [byFlags, 'flags'],
    [bySeries, 'series'],
    [nobody, 'harness'],
  ])('named as %j are of the %s', (named, from) =>
    expect(holdPointsOf(loaded, named)).toEqual(aHold({ from: from as HoldPoints['from'] })),
  )

  test('of a search are no race of lane race, whatever it looks at', () => {
    const holds = { ...RACE_HOLD, armed: [], trialMs: 300 }
    expect(holdPointsOf({ ...loaded, holds }, bySeries)).toEqual(aHold({ from: 'search', armed: [], race: false }))
  })

  test('are none in a guest that could not load the module', () =>
    expect(holdPointsOf(observe({ hello: { holdModule: false } }, { holds: RACE_HOLD }), nobody)).toBeNull())

  const sweep = parseHold('allocation 1 to 20 fails during pump', '') as Sweep
  const asSweep = {
    text: 'allocation 1 to 20 fails in tasks during pump',
    lanes: ['pump'],
    override: false,
    sweep: true,
  }
  test('may be sweeps alone, which need no module', () =>
    expect(
      holdPointsOf(observe({ hello: { holdModule: false } }, { holds: { ...NO_HOLDS, sweeps: [sweep] } }), byFlags),
    ).toEqual({ from: 'flags', armed: [asSweep], race: false, chosen: [] }))

  test('are the sweeps alone where the module is not there', () =>
    expect(
      holdPointsOf(observe({ hello: { holdModule: false } }, { holds: { ...RACE_HOLD, sweeps: [sweep] } }), nobody),
    ).toEqual({ from: 'harness', armed: [asSweep], race: false, chosen: [] }))

  test('are none where the guest said nothing', () =>
    expect(holdPointsOf(observe({ hello: null }, { holds: { ...NO_HOLDS, sweeps: [sweep] } }), byFlags)).toBeNull())

  test('tell an override from a hold', () => {
    const armed = [{ text: 'f returns 0 for 1 call', probe: 0, value: 0n, calls: 1, lanes: [] }]
    const holds = { ...RACE_HOLD, own: false, armed }
    expect(holdPointsOf({ ...loaded, holds }, byFlags)).toMatchObject({
      race: false,
      armed: [{ override: true, lanes: [] }],
    })
  })
})

test.each([
  [{ hits: 912, windows: 1300 }, true, '912 frees inside 1300 windows'],
  [{ hits: 912, windows: 1300 }, false, '912 hits in 1300 holds'],
  [{ hits: 1, windows: 1 }, false, '1 hit in 1 hold'],
  [{ hits: 0, windows: 40 }, false, '0 hits in 40 holds'],
])('%j, race: %s', (counts, isRace, text) => expect(describeHits(counts, isRace)).toBe(text))

test.each([
  [{ reached: 9, held: 5, met: 4, timedOut: 1 }, 'reached 9, held 5, met 4, timed out 1'],
  [{ reached: 2, overridden: 1 }, 'reached 2, overridden 1'],
  [{ reached: 2, missed: 7 }, 'reached 2, held 0, met 0, timed out 0, missed 7'],
])('the counters %j', (counts, text) => expect(describeCounts(aHeldPoint(counts))).toBe(text))

const { evidence } = aCell()
test.each<[string, Partial<CellResult>, string | undefined]>([
  ['no points', {}, undefined],
  [
    'those of the series',
    { holds: aHold() },
    'of the series: zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms during race',
  ],
  ['none armed in these lanes', { holds: aHold({ armed: [] }) }, undefined],
  [
    'a search',
    { holds: aHold({ from: 'search', armed: [] }), evidence: { ...evidence, search: { trials: 1, orders: 2 } } },
    'a search: 1 trial of hold points, 2 orders of two points seen',
  ],
  ['a search that died first', { holds: aHold({ from: 'search', armed: [] }) }, 'a search: no trial began'],
])('%s', (_, part, text) => expect(describeHolds(aCell(part))).toBe(text))

describe('the meaning of a failure', () => {
  const shownIn = (place: NonNullable<Finding['shown']>['in'], part: Partial<Finding> = {}): Finding =>
    aFinding({ shown: { in: place, stack: [] }, ...part })
  const override = { text: 'f returns 0 for 1 call', lanes: [], override: true, sweep: false }
  const FAIR = /^A hold only makes a moment last longer: any machine may meet this order of events; --amplify off /
  const swept = { ...override, text: 'allocation 1 fails in tasks', override: false, sweep: true }
  const REFUSED = /^A sweep makes allocations fail .* --amplify off /
  const CHANGED = /^An override returns what the function did not compute/

  test.each<[string, Partial<HoldPoints>, Finding, RegExp]>([
    ['in the lane of the point', {}, shownIn('race'), FAIR],
    ['under points of a search', { from: 'search', armed: [] }, shownIn('pump'), FAIR],
    ['beside an override', { armed: [...aHold().armed, override] }, shownIn('race'), CHANGED],
    ['beside a sweep', { armed: [...aHold().armed, swept] }, shownIn('race'), REFUSED],
    ['beside a sweep and an override', { armed: [override, swept] }, shownIn('race'), CHANGED],
    ['under an override alone', { armed: [override] }, shownIn('pump'), CHANGED],
    [
      'where the override is of another lane',
      { armed: [...aHold().armed, { ...override, lanes: ['pump'] }] },
      shownIn('race'),
      FAIR,
    ],
  ])('%s', (_, holds, finding, text) =>
    expect(meaningOfHolds({ holds: aHold(holds), findings: [finding] })).toMatch(text),
  )

  test.each<[string, HoldPoints | null, Finding]>([
    ['without points', null, shownIn('race')],
    ['in a lane without points', aHold(), shownIn('pump')],
    ['at boot, before all points', aHold({ armed: [override] }), shownIn('boot')],
    ['of the build', aHold(), aFinding({ oracle: 'warnings' })],
    ['that is known', aHold(), shownIn('race', { known: true })],
    ['that is none: no points were armed there', aHold({ armed: [] }), shownIn('race')],
  ])('%s is not said', (_, holds, finding) => expect(meaningOfHolds({ holds, findings: [finding] })).toBeUndefined())
})

describe('what a search found', () => {
  test('has the fewest points, and the workload alone beside them', () => {
    expect(describeFound(aFound())).toBe('trial 14 in lane race, after 4.2 s of all lanes')
    expect(describeMinimised(aFound())).toBe(
      'with this point 2 of 2 boots failed, after 1.3 s on average; the workload alone: 0 of 2 boots failed',
    )
    expect(fewestOf(aFound())).toEqual(['zswap_writeback_entry until zs_free for 5ms'])
  })

  test('says so when no fewer are known', () => {
    expect(describeMinimised(aFound({ minimised: null }))).toBe('no fewer points are known')
    expect(fewestOf(aFound({ minimised: null }))).toEqual(aFound().armed)
    expect(summaryOf(aFound({ minimised: null }))).toMatch(
      /^zswap_writeback_entry until zs_free for 5ms and zs_free for/,
    )
  })

  const { best, alone } = aFound().minimised!
  test('names the lane in which fewer points bring it, where it is another', () =>
    expect(describeMinimised({ ...aFound(), minimised: { lane: 'pump', best, alone } })).toMatch(
      /^with this point 2 of 2 boots failed, after 1\.3 s on average, in lane pump; the workload alone: 0 of 2/,
    ))

  test('recommends no points where the workload alone always brings it', () => {
    const found = { ...aFound(), minimised: { best: null, alone: { ...alone, failures: 2, seconds: 0.8 } } }
    expect(describeMinimised(found)).toBe(
      'the workload alone: 2 of 2 boots failed, after 0.8 s on average: no points are needed',
    )
    expect(fewestOf(found)).toEqual([])
    expect(summaryOf(found)).toMatch(/^trial 14 in lane race, /)
  })

  test('says so when no points always bring it', () => {
    const found = { ...aFound(), minimised: { best: null, alone } }
    expect(describeMinimised(found)).toBe('no points bring it in every boot; the workload alone: 0 of 2 boots failed')
    expect(fewestOf(found)).toEqual(aFound().armed)
  })

  const texts = ["zs_free in task it's for 2ms", 'f until mm/zswap.c:1075 for 200us']
  const schema = z.object({ hold: z.array(z.string()) })
  const [, , inOneLine = ''] = holdNotes(aCell({ holds: aHold(), found: aFound({ armed: texts, minimised: null }) }))
  test.each([holdYaml(texts).join('\n'), inOneLine.replace('for series.yaml: ', '')])(
    'is YAML that says the same: %s',
    (yaml) => expect(parseYaml(yaml, 'series.yaml', schema, 'README.md').hold).toEqual(texts),
  )

  test('can be pasted: each text parses', () => {
    for (const text of aFound().armed) expect(() => parseHold(text, 'hold')).not.toThrow()
  })
})

test('points of a guest that died before it counted do not read as points that nobody reached', () => {
  const lanes = [noEvidence('race')]
  const of = (part: Partial<CellResult['evidence']>) => diedUncounted(aCell({ evidence: { ...evidence, ...part } }))
  expect(of({ lanes, holds: [aHeldPoint()] })).toBe(true)
  expect(of({ lanes, holds: [aHeldPoint({ reached: 1 })] })).toBe(false)
  expect(of({ holds: [aHeldPoint()] })).toBe(false)
})

describe('a terminal', () => {
  const shown = [aFinding({ shown: { in: 'race', stack: [] } })]
  const armed = `hold points: of the series: ${aHold().armed[0]!.text}`
  const meant = expect.stringContaining('failed under hold points: A hold only makes a moment last longer')

  test.each<[string, Partial<CellResult>, unknown[]]>([
    ['no points', {}, []],
    ['the first boot', { holds: aHold() }, [armed]],
    ['another boot that passed', { holds: aHold(), run: 2 }, []],
    ['another boot that failed', { holds: aHold(), run: 2, findings: shown }, [armed, meant]],
    [
      'a search that found something',
      { holds: aHold({ from: 'search', armed: [] }), findings: shown, found: aFound() },
      [
        'hold points: a search: no trial began',
        expect.stringContaining('found zswap_writeback_entry until zs_free for 5ms (trial 14 in lane race'),
        "for series.yaml: hold: ['zswap_writeback_entry until zs_free for 5ms']",
        meant,
      ],
    ],
  ])('shows of %s', (_, part, notes) => expect(holdNotes(aCell(part))).toEqual(notes))
})
