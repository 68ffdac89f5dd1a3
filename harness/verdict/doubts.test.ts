// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { generationOf, generations } from '../guest/generation.ts'
import { lanes } from '../guest/lanes.ts'
import { observe } from '../testing/guest.ts'
import { aCell } from '../testing/runs.ts'
import { judge } from './cell.ts'
import { uncheckedLaws } from './oracles/balance.ts'
import { judgePair } from './pair.ts'

const pump = lanes.filter(({ name }) => name === 'pump')
const none = generationOf(new Set(['zs_zpool_malloc', 'zswap_frontswap_store']))
const verdictOf = (observation: ReturnType<typeof observe>) => judge(observation, pump, [], 'zpool-on', [])

describe('a boot is inconclusive', () => {
  test('where a lane that was asked for cannot run on the kernel', () =>
    expect(verdictOf(observe({}, { unfitLanes: ['race'] }))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('lane race cannot run on this kernel'),
    }))
  test('where pages were written back by a kernel that cannot', () =>
    expect(verdictOf(observe({}, { generation: none }))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('contradiction'),
    }))
  test('but not without either', () => expect(verdictOf(observe())).toMatchObject({ verdict: 'pass' }))
})

test('kernels that ran different lanes are not clean', () => {
  const [before, after] = [aCell({ leg: 'before', lanes: ['race', 'pump'] }), aCell({ lanes: ['pump'] })]
  const terms = { confidence: 0.99, expect: 'clean' } as const
  expect(judgePair([before], [after], terms)).toMatchObject({
    verdict: 'invalid',
    reason: expect.stringContaining('before race, pump, after pump'),
  })
  expect(judgePair([before], [{ ...after, lanes: before.lanes }], terms)).toMatchObject({ verdict: 'clean' })
})

test('a law whose numbers are always missing is listed, and no other', () => {
  expect(uncheckedLaws(observe())).toEqual([])
  expect(uncheckedLaws(observe({ balance: { nrZspages: null } }))).toEqual([
    'balance: nr_zspages of vmstat, in pages = sum of pages_used',
  ])
})

test('every generation but one demands that zswap writes back', () => {
  const missing = pump[0]!.missing
  const idle = { ...aCell().evidence.lanes[0]!, writtenBackPages: 0, pagesVerified: 9 }
  const demands = generations.filter((generation) => missing(idle, { generation, opens: false }) !== undefined)
  expect(generations.filter((one) => !demands.includes(one)).map(({ name }) => name)).toEqual(['no writeback'])
})
