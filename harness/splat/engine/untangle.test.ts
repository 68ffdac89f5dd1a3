// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'

const read = (lines: readonly string[]) =>
  readSplats(lines.map((line, index) => `[    3.${String(index).padStart(6, '0')}] ${line}\n`).join(''))

const toldOf = (lines: readonly string[]) =>
  read(lines).map(({ family, function: name, corrupted }) => [family, name, corrupted])

const MIXED = 'interleaved with another report'
const BAR = '='.repeat(66)
const END = ' entry_SYSCALL_64_after_hwframe+0x1/0x20'

const SLEEP = [
  'BUG: sleeping function called from invalid context at mm/slab.h:1',
  'CPU: 0 PID: 11 Comm: a Not tainted 6.6.0 #1',
  'Call Trace:',
  ' __might_resched+0x1/0x20',
  ' sleeper+0x1/0x20',
  END,
]

const KASAN = [
  BAR,
  'BUG: KASAN: slab-use-after-free in reader+0x1/0x20',
  'Read of size 8 at addr ffff888101234000 by task b/22',
  'CPU: 1 PID: 22 Comm: b Not tainted 6.6.0 #1',
  'Call Trace:',
  ' kasan_report+0x1/0x20',
  ' reader+0x1/0x20',
  END,
  'The buggy address belongs to the object at ffff888101234000',
  BAR,
]

test('the line of = that begins a report does not end the one before it', () => {
  const lines = [...SLEEP.slice(0, 3), ...KASAN.slice(0, 2), ...SLEEP.slice(3), ...KASAN.slice(2)]
  expect(toldOf(lines)).toEqual([
    ['bug', 'sleeper', null],
    ['kasan', 'reader', null],
  ])
})

test('frames belong to the report whose heading has come, whoever printed last', () => {
  const lines = [...SLEEP.slice(0, 4), ...KASAN.slice(0, 4), ...SLEEP.slice(4), ...KASAN.slice(4)]
  expect(toldOf(lines)).toEqual([
    ['bug', 'sleeper', null],
    ['kasan', 'reader', null],
  ])
})

test('frames of two open stacks are left out', () => {
  const lines = [...SLEEP.slice(0, 4), ...KASAN.slice(0, 6), SLEEP[4]!, ...KASAN.slice(6), SLEEP[5]!]
  expect(toldOf(lines)).toEqual([
    ['bug', null, MIXED],
    ['kasan', 'reader', MIXED],
  ])
})

test('a report without headings may own every frame', () => {
  const race = [
    BAR,
    'BUG: KCSAN: data-race in first / second',
    'write to 0xffff888101234000 of 4 bytes by task 30 on cpu 1:',
  ]
  const lines = [...SLEEP.slice(0, 2), ...race, ' first+0x1/0x20', ...SLEEP.slice(2), BAR]
  expect(toldOf(lines)).toEqual([
    ['bug', null, MIXED],
    ['kcsan', 'first', MIXED],
  ])
})

test('ret_from_fork_asm belongs to the stack with ret_from_fork', () => {
  const worker = [...SLEEP.slice(0, 5), ' ret_from_fork+0x1/0x20']
  const lines = [
    ...worker.slice(0, 2),
    ...KASAN.slice(0, 2),
    ...worker.slice(2),
    ...KASAN.slice(2, 5),
    ' ret_from_fork_asm+0x1/0x20',
  ]
  expect(toldOf([...lines, ...KASAN.slice(5)])).toEqual([
    ['bug', 'sleeper', null],
    ['kasan', 'reader', null],
  ])
})

test('a header line that comes once for each inlined function is one report', () => {
  const inline = 'BUG: KASAN: slab-use-after-free in helper include/linux/toy.h:3 [inline]'
  const lines = [SLEEP[0]!, BAR, inline, ...KASAN.slice(1, 3), ...SLEEP.slice(1), ...KASAN.slice(3)]
  expect(toldOf(lines).map(([family]) => family)).toEqual(['bug', 'kasan'])
})

test('a report whose lines are all lost but the first is listed when another one begins', () => {
  const lines = [
    'INFO: task a:11 blocked for more than 120 seconds.',
    'BUG: MAX_LOCKDEP_CHAINS too low!',
    ...SLEEP.slice(1),
  ]
  expect(toldOf(lines).map(([family]) => family)).toContain('hung-task')
})
