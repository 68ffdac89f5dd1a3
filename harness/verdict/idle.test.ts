// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aFinding } from '../testing/runs.ts'
import { judgeUnbooted } from './cell.ts'
import { whyIdle } from './idle.ts'

const built = [{ file: 'mm/zsmalloc.o', textBytes: 43_531, textBytesBefore: null }]
const absent = [{ file: 'mm/zsmalloc.o', textBytes: null, textBytesBefore: null }]
const live = (...names: string[]) => new Set(names)
const lane = ['zram']

test.each([
  [
    'a lane on built code',
    whyIdle({ live: live('CONFIG_ZSMALLOC'), lanes: lane, asked: [], objects: built }),
    undefined,
  ],
  ['a series without C', whyIdle({ live: live(), lanes: lane, asked: [], objects: [] }), undefined],
  [
    'one of two objects',
    whyIdle({ live: live(), lanes: lane, asked: [], objects: [...absent, { ...built[0]!, file: 'mm/zswap.o' }] }),
    undefined,
  ],
  [
    'ZRAM disabled in a zpool-off config',
    whyIdle({ live: live('CONFIG_SWAP'), lanes: [], asked: [], objects: absent }),
    'mm/zsmalloc.o was not built: CONFIG_ZSMALLOC is off, as CONFIG_ZRAM and CONFIG_ZSWAP are',
  ],
  [
    'the object of another config left behind, which no lane exercises',
    whyIdle({ live: live(), lanes: [], asked: [], objects: built }),
    'no lane can run on this config: CONFIG_ZSMALLOC is off, as CONFIG_ZRAM and CONFIG_ZSWAP are',
  ],
  [
    'zsmalloc without a user',
    whyIdle({ live: live('CONFIG_ZSMALLOC'), lanes: [], asked: [], objects: built }),
    'no lane can run on this config: CONFIG_ZRAM and CONFIG_ZSWAP are off',
  ],
  [
    'zswap on zbud',
    whyIdle({ live: live('CONFIG_ZSWAP'), lanes: lane, asked: [], objects: absent }),
    'mm/zsmalloc.o was not built: CONFIG_ZSMALLOC is off, as CONFIG_ZRAM is',
  ],
  [
    'a lane that this config cannot run',
    whyIdle({ live: live('CONFIG_ZSMALLOC', 'CONFIG_ZRAM'), lanes: [], asked: ['race', 'pump'], objects: built }),
    'none of the requested lanes (race, pump) can run on this config',
  ],
])('%s', (_, why, expected) => expect(why).toBe(expected))

test('a kernel that was not booted is inconclusive at best', () => {
  expect(judgeUnbooted('why', [], 'off', [])).toMatchObject({ verdict: 'inconclusive', reason: 'why', findings: [] })
})

test('what its build showed still fails it, unless it is known', () => {
  const found = aFinding({ kind: 'warning', title: 'unused' })
  const known = [{ kind: 'warning', title: 'unused', configs: ['off'] }]
  expect(judgeUnbooted('why', [], 'off', [found]).verdict).toBe('fail')
  expect(judgeUnbooted('why', known, 'off', [found])).toMatchObject({
    verdict: 'inconclusive',
    findings: [{ known: true }],
  })
})
