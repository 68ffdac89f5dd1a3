// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { generations } from '../guest/generation.ts'
import { NO_HOLDS } from '../guest/holds.ts'
import { lanes } from '../guest/lanes.ts'
import type { LaneName } from '../model/results.ts'
import { type GuestShape, observe } from '../testing/guest.ts'
import { judge } from './cell.ts'
import type { Observation } from './observation.ts'
import { uncheckedStates } from './oracles/state.ts'

const ofMemcg = generations.find(({ functions }) => functions.includes('__read_swap_cache_async'))!
const noWriteback = generations.find(({ reclaim }) => reclaim === 'none')!

const judged = (shape: GuestShape, over: Partial<Observation> = {}) => {
  const observation = observe(shape, { generation: ofMemcg, ...over })
  const asked = observation.asked.lanes.map(({ name }) => lanes.find((lane) => lane.name === name)!)
  return judge(observation, asked, [], 'zpool-on', [])
}

const COUNTERS: Readonly<Partial<Record<LaneName, Readonly<Record<string, number>>>>> = {
  redirty: { overlaps: 3, past: 3 },
  reuse: { reuses: 3 },
  policy: { permitted: 3, refused: 3 },
  switch: { switches: 3 },
  control: { lives: 3 },
  shared: { faults: 3 },
  hotplug: { cycles: 3 },
}

const own = (lane: LaneName, more: GuestShape = {}): GuestShape => ({
  lane,
  ...more,
  laneEnd: { counters: COUNTERS[lane], ...more.laneEnd },
})

test.each(['redirty', 'reuse', 'policy', 'switch', 'shared', 'control', 'hotplug'] as const)(
  'lane %s that did its work passes',
  (lane) => expect(judged(own(lane)).verdict).toBe('pass'),
)

test.each<[LaneName, string, RegExp]>([
  ['redirty', 'overlaps', /lane redirty: no page was in memory beside its entry/],
  ['redirty', 'past', /lane redirty: no page went past zswap/],
  ['reuse', 'reuses', /lane reuse: no slot came round/],
  ['policy', 'permitted', /lane policy: no page was written back where that is allowed/],
  ['policy', 'refused', /lane policy: no page was refused/],
  ['switch', 'switches', /lane switch: no pool was changed/],
  ['hotplug', 'cycles', /lane hotplug: no CPU went offline and came back/],
  ['shared', 'faults', /lane shared: no other thread read a page back/],
  ['control', 'lives', /lane control: no disk was made and reset/],
])('lane %s without %s is inconclusive', (lane, counter, reason) => {
  const { [counter]: _, ...others } = COUNTERS[lane]!
  for (const counters of [{ ...others, [counter]: 0 }, others]) {
    const result = judged(own(lane, { laneEnd: { counters } }))
    expect(result.verdict).toBe('inconclusive')
    expect(result.reason).toMatch(reason)
  }
})

test.each<[string, LaneName, object, object]>([
  ['a page left in the swap cache', 'pump', { check: 'swap-cache-kib', seen: 4 }, { kind: 'swap-cache' }],
  ['a pool left', 'switch', { check: 'zswap-pools', seen: 2 }, { kind: 'pool-leak' }],
  ['a disk that stays claimed', 'control', { check: 'zram-busy', seen: 1 }, { kind: 'still-claimed' }],
  ['no pool at all', 'switch', { check: 'zswap-pools', seen: 0 }, { kind: 'pool-leak' }],
  ['forbidden writeback', 'policy', { check: 'forbidden-writeback', seen: 7 }, { kind: 'policy' }],
  ['too much in zswap', 'policy', { check: 'zswap-over-limit', seen: 1 }, { kind: 'policy' }],
])('a state that is not as it must be fails: %s', (_name, lane, record, found) => {
  const result = judged(own(lane, { extra: [{ t: 'check', expected: lane === 'switch' ? 1 : 0, ...record }] }))
  expect(result).toMatchObject({ verdict: 'fail', findings: [{ oracle: 'state', lane, ...found }] })
})

test('what each lane leaves is found once', () => {
  const left = { extra: [{ t: 'check', check: 'swap-cache-kib', expected: 0, seen: 4 }] }
  expect(judged({ lanes: [own('pump', left), own('reuse', left)] }).findings).toHaveLength(1)
})

test.each<[string, number]>([
  ['forbidden-writeback', 7],
  ['zswap-over-limit', 4096],
  ['swap-cache-kib', 4],
])('a guest that expects what it saw does not pass: %s', (check, both) => {
  const result = judged(own('policy', { extra: [{ t: 'check', check, expected: both, seen: both }] }))
  expect(result.verdict).toBe('inconclusive')
  expect(result.reason).toContain(`lane policy compared ${check} with ${both}`)
})

test.each<[string, GuestShape, RegExp]>([
  [
    'a number that could not be read',
    { checks: { seen: null } },
    /no data for oracle state: lane policy could not read/,
  ],
  ['no record', { checks: null }, /no data for oracle state: lane policy did not check swap-cache-kib/],
  [
    'only the record of another lane',
    { lanes: [own('policy', { checks: null }), own('switch')] },
    /lane policy did not check forbidden-writeback/,
  ],
])('a state that nobody saw is no pass: %s', (_name, more, reason) => {
  const result = judged(more.lanes ? more : own('policy', more))
  expect(result.verdict).toBe('inconclusive')
  expect(result.reason).toMatch(reason)
  expect(result.oracles).toContainEqual({ name: 'state', status: 'no data' })
})

test('pages left in the swap cache need a reclaim to be a finding: without memory cgroups they are not compared', () => {
  const unable = { seen: null, unable: 'no memory cgroup' }
  expect(judged(own('pump', { checks: unable })).verdict).toBe('pass')
  expect(uncheckedStates(observe(own('pump', { checks: unable })))).toEqual([
    'KiB of SwapCached after the drain: no memory cgroup, so nothing reclaims them',
  ])
  expect(uncheckedStates(observe(own('pump')))).toEqual([])
  expect(judged(own('pump', { checks: { ...unable, unable: 'no time' } })).verdict).toBe('inconclusive')
  expect(judged(own('policy', { checks: unable })).reason).toContain('lane policy could not read forbidden-writeback')
})

const stuck = (zswap: object = {}, end: object = {}): GuestShape => ({
  laneEnd: { asksWriteback: true, zswap: { written_back_pages: 0, pool_limit_hit: 501, ...zswap }, ...end },
})

test('a full pool that never becomes less full fails', () => {
  expect(judged(stuck())).toMatchObject({
    verdict: 'fail',
    findings: [{ oracle: 'progress', kind: 'no-writeback', lane: 'pump' }],
  })
  const rejected = judged(stuck({ pool_limit_hit: 0, reject_alloc_fail: 400, reject_kmemcache_fail: 101 }))
  expect(rejected.findings).toMatchObject([{ oracle: 'progress' }])
})

test.each<[string, GuestShape, Partial<Observation>]>([
  ['it did not ask', stuck({}, { asksWriteback: false }), {}],
  ['one page was written back', stuck({ written_back_pages: 1 }), {}],
  ['too few stores found the pool full', stuck({ pool_limit_hit: 500 }), {}],
  ['the lane did not end well', stuck({}, { status: 'failed', reason: 'no swap' }), {}],
  ['the counter could not be read', stuck({ written_back_pages: null }), {}],
  ['the kernel cannot write back', stuck(), { generation: noWriteback }],
  [
    'allocations of kworkers were made to fail',
    stuck(),
    { holds: { ...NO_HOLDS, sweeps: [{ kind: 'sweep', from: 1, to: 9, whom: { kind: 'kworkers' }, lanes: [] }] } },
  ],
])('no writeback is no finding: %s', (_name, shape, over) =>
  expect(judged(shape, over).findings.filter(({ oracle }) => oracle === 'progress')).toEqual([]),
)

test('a lane whose count of written pages is missing has no data for it', () =>
  expect(judged(stuck({ written_back_pages: null })).oracles).toContainEqual({ name: 'progress', status: 'no data' }))

test('a pool of another allocator may write back where zsmalloc cannot, and nobody else', () => {
  const over = { generation: noWriteback }
  const pump = { lane: 'pump' as const, laneEnd: { zswap: { written_back_pages: 0 } } }
  expect(judged(own('switch'), over).verdict).toBe('pass')
  expect(judged({ lanes: [pump, own('switch')] }, over).verdict).toBe('pass')
  const both = judged({ lanes: [{ ...pump, laneEnd: { zswap: { written_back_pages: 7 } } }, own('switch')] }, over)
  expect(both.reason).toContain('contradiction: 7 pages were written back on a kernel that cannot do it')
})
