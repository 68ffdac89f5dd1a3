// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Sweep } from '../inputs/hold/model.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { checkSweeps, notesOnLanes, whyNoPoint } from './holds.ts'

const sweep = parseHold('allocation 1 to 20 fails', '--hold') as Sweep
const ALL = ['CONFIG_FAULT_INJECTION', 'CONFIG_FAILSLAB', 'CONFIG_FAULT_INJECTION_DEBUG_FS']
const check = (sweeps: readonly Sweep[], options: readonly string[]) => () => checkSweeps(sweeps, new Set(options))

test.each<[string, readonly Sweep[], readonly string[]]>([
  ['a sweep on a kernel that can fail allocations', [sweep], ALL],
  ['no sweep on one that cannot', [], []],
])('%s', (_name, sweeps, options) => expect(check(sweeps, options)).not.toThrow())

test.each(ALL)('a sweep on a kernel without %s', (option) => {
  const others = ALL.filter((one) => one !== option)
  expect(check([sweep], others)).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: `'allocation 1 to 20 fails in tasks': this kernel is built without ${option}`,
      hint: `give --kconfig FILE with the line ${option}=y`,
    }),
  )
})

test('all that is absent is named at once', () =>
  expect(check([sweep], [])).toThrow(
    expect.objectContaining({
      hint: 'give --kconfig FILE with the lines CONFIG_FAULT_INJECTION=y, CONFIG_FAILSLAB=y, CONFIG_FAULT_INJECTION_DEBUG_FS=y',
    }),
  ))

test('more sweeps than the guest has room for', () =>
  expect(
    check(
      Array.from({ length: 17 }, () => sweep),
      ALL,
    ),
  ).toThrow(expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('17 sweeps are more') })))

test('a point of the user that no lane of this kernel arms is not left out silently', () => {
  const given = ['zs_free for 1ms during zram', 'zs_free:return for 2ms']
  expect(notesOnLanes(given, [parseHold(given[1]!, '--hold')])).toEqual([
    "'zs_free for 1ms during zram': none of its lanes runs on this kernel",
  ])
  expect(notesOnLanes([], [parseHold(given[1]!, '--hold')])).toEqual([])
})

test('a choice of a schedule that is no point is a reason, and no mistake of the user', () => {
  expect(whyNoPoint('mm/zsmalloc.c:0 for 50ms')).toContain('lines count from 1')
  expect(whyNoPoint('mm/zsmalloc.c:7 for 50ms')).toBeUndefined()
})
