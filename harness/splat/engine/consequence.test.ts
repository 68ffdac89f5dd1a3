// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'
import type { Splat } from '../model.ts'
import { linkConsequences } from './consequence.ts'

const [blank] = readSplats('[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2\n[    1.000000]  foo+0x1/0x2\n')

const reports = fc.array(
  fc.record({
    boot: fc.constantFrom(0, 9),
    family: fc.constantFrom('warning', 'lockdep', 'oom', 'kasan', 'panic', 'unexpected-reboot'),
    kind: fc.constantFrom('other', 'oom'),
    function: fc.constantFrom(null, 'foo', 'bar'),
    pid: fc.constantFrom(null, 1, 2),
    timeS: fc.constantFrom(null, 1, 1.5, 2.25, 4),
  }),
  { maxLength: 12 },
)

type Facts = Pick<Splat, 'family' | 'kind' | 'function' | 'pid' | 'timeS'>

// The rules, one by one, without a thought for speed.
const mayCause = (early: Facts, late: Facts): boolean => {
  if (late.family === 'panic' || late.family === 'unexpected-reboot')
    return early.family !== 'oom' || late.kind === 'oom'
  if (early.family === 'kasan' || early.family === 'panic') return true
  const isNear = early.timeS !== null && late.timeS !== null && Math.abs(early.timeS - late.timeS) <= 1
  if (early.pid !== null && early.pid === late.pid && isNear) return true
  return early.function !== null && early.function === late.function
}

test('the cause of a report is the first earlier one of its boot that may cause it', () => {
  fc.assert(
    fc.property(reports, (list) => {
      const linked = linkConsequences(list.map(({ boot, ...facts }) => ({ boot, splat: { ...blank!, ...facts } })))
      const causes = list.map((late, index) => {
        const at = list.findIndex((early, i) => i < index && early.boot === late.boot && mayCause(early, late))
        return at < 0 ? null : at
      })
      expect(linked.map(({ consequenceOf }) => consequenceOf)).toEqual(causes)
    }),
    { numRuns: 1_000 },
  )
})
