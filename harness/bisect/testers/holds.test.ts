// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { generations } from '../../guest/generation.ts'
import { HostError, UsageError } from '../../model/errors.ts'
import { holdsForHistory, refuseMoving, withoutPoint } from './holds.ts'

const races = generations.flatMap(({ hold }) => hold ?? [])

test.each(races)('the race of lane race, %s, is left to the harness, which knows it in each kernel', (text) =>
  expect(holdsForHistory([text])).toEqual([]),
)

test.each([
  [[]],
  [['zs_free for 2ms']],
  [[races[0]!, 'zs_free for 2ms']],
  [['zswap_writeback_entry for 15ms during race']],
])('%j stay as they are', (texts) => expect(holdsForHistory(texts)).toEqual(texts))

test.each([
  'zs_free>_raw_spin_lock for 2ms',
  'zs_free until zs_malloc',
  'zs_free returns 0 for 1 call',
  'allocation 1 fails',
])('%s is the same place in each commit', (text) => expect(() => refuseMoving([text], (one) => one)).not.toThrow())

test('a commit without a point is skipped; a failure of the host is not one of the commit', () => {
  expect(withoutPoint(new UsageError('no function zs_fre'))).toMatchObject({
    kind: 'untestable',
    why: 'no function zs_fre',
  })
  expect(() => withoutPoint(new HostError('no disk'))).toThrow('no disk')
})
