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

const ARM = [
  '=============================',
  'WARNING: suspicious RCU usage',
  '5.10.150 #1 Not tainted',
  'stack backtrace:',
  'CPU: 0 PID: 33 Comm: c Not tainted 5.10.150 #1',
  '[<800a9522>] (unwind_backtrace) from [<803f29d8>] (show_stack+0x1/0x20)',
  '[<803f29d8>] (show_stack) from [<80977b1b>] (dump_stack+0x1/0x20)',
  '[<80977b1b>] (dump_stack) from [<802779c8>] (lockdep_rcu_suspicious+0x1/0x20)',
  '[<808f26e6>] (lockdep_rcu_suspicious) from [<8083a336>] (dereferer+0x1/0x20)',
  '[<803ce41a>] (dereferer) from [<80655726>] (caller+0x1/0x20)',
  '[<8091609b>] (caller) from [<8046df13>] (ret_fast_syscall+0x1/0x20)',
]

test('frames of 32-bit ARM need no heading', () => {
  const sleep = [
    ...SLEEP.slice(0, 2),
    '[<80977b1b>] (dump_stack) from [<802779c8>] (__might_resched+0x1/0x20)',
    '[<808f26e6>] (__might_resched) from [<8083a336>] (sleeper+0x1/0x20)',
    '[<803ce41a>] (sleeper) from [<8046df13>] (ret_fast_syscall+0x1/0x20)',
  ]
  expect(toldOf([...sleep.slice(0, 3), ...ARM.slice(0, 4), ...sleep.slice(3), ...ARM.slice(4)])).toEqual([
    ['bug', 'sleeper', null],
    ['lockdep', 'dereferer', null],
  ])
})

test('frames of 32-bit ARM and of others are of two kernels', () => {
  const lines = [...SLEEP.slice(0, 4), ...ARM.slice(0, 5), SLEEP[4]!, ...ARM.slice(5), SLEEP[5]!]
  expect(toldOf(lines)).toEqual([
    ['bug', null, MIXED],
    ['lockdep', null, MIXED],
  ])
})

test('frames with addresses and frames without are of two kernels, whose other lines nobody can tell apart', () => {
  const weave = (sleep: readonly string[]) =>
    toldOf([...sleep.slice(0, 4), ...KASAN.slice(0, 4), ...sleep.slice(4), ...KASAN.slice(4)])
  const addressed = SLEEP.map((line) => (line.startsWith(' ') ? ` [<ffffffff80a723c6>]${line}` : line))
  expect(weave(addressed)).toEqual([
    ['bug', null, MIXED],
    ['kasan', 'reader', MIXED],
  ])
  const inlined = SLEEP.toSpliced(4, 0, ' helper mm/toy.c:3 [inline]')
  expect(weave(inlined).map(([, , why]) => why)).toEqual([null, null])
})

test('a stack with the functions that print another report is of none', () => {
  const lines = [...SLEEP.slice(0, 3), ...KASAN.slice(0, 3), ...KASAN.slice(5, 8), SLEEP[3]!, SLEEP[4]!, SLEEP[5]!]
  for (const [, name, corrupted] of toldOf(lines)) expect(name === 'sleeper' ? corrupted : MIXED).toBe(MIXED)
})

test('a task that no header names makes a guess of whose stack follows', () => {
  const other = KASAN.map((line) => line.replace('PID: 22', 'PID: 4500'))
  const lines = [...SLEEP.slice(0, 2), ...other.slice(0, 4), ...SLEEP.slice(2, 3), ...other.slice(4), ...SLEEP.slice(3)]
  for (const [, name, corrupted] of toldOf(lines))
    if (name !== 'sleeper' && name !== 'reader') expect(corrupted).not.toBeNull()
})

const TRACKED = [
  'unregister_netdevice: waiting for eth0 to become free. Usage count = 2',
  'ref_tracker: netdev@ffff8880123 has 1/2 users at',
  ' holder+0x1/0x20',
  ' holder_of_holder+0x1/0x20',
]

test('the stack of a reference tracker is of no other report', () => {
  for (let at = 2; at < TRACKED.length; at += 1) {
    const lines = [...TRACKED.slice(0, at), ...KASAN.slice(0, 5), ...TRACKED.slice(at), ...KASAN.slice(5)]
    expect(toldOf(lines).filter(([, name]) => name?.startsWith('holder') === true)).toEqual([])
  }
})

test('lines of lockdep inside another report show that it is mixed', () => {
  const lines = [...SLEEP.slice(0, 4), 'the existing dependency chain (in reverse order) is:', ...SLEEP.slice(4)]
  expect(toldOf(lines)).toEqual([['bug', null, 'lines of lockdep are between those of the report']])
})

test('an Oops below the last line of = leaves the report above it whole', () => {
  const oops = [
    'BUG: kernel NULL pointer dereference, address: 0000000000000018',
    'Oops: 0000 [#1] PREEMPT SMP',
    'CPU: 1 PID: 22 Comm: b Not tainted 6.6.0 #1',
    'RIP: 0010:faulter+0x1/0x20',
    'Call Trace:',
    ' faulter_caller+0x1/0x20',
    END,
    '---[ end trace 0000000000000000 ]---',
  ]
  expect(toldOf([...KASAN, ...oops])).toEqual([
    ['kasan', 'reader', null],
    ['oops', 'faulter', null],
  ])
})

test('a report is of the boot in which it began', () => {
  const boot = 'Linux version 6.6.0 (b@h) (gcc) #1 SMP'
  const stamped = (text: string, seconds: number): string => `[${seconds.toFixed(6).padStart(12)}] ${text}\n`
  const log = [
    stamped(boot, 0),
    ...KASAN.slice(0, 7).map((text) => stamped(text, 50)),
    stamped(boot, 0),
    stamped('Command line: console=ttyS0', 0),
    ...SLEEP.map((text) => stamped(text, 60)),
  ].join('')
  expect(readSplats(log).map(({ family, consequenceOf }) => [family, consequenceOf])).toEqual([
    ['kasan', null],
    ['unexpected-reboot', null],
    ['bug', null],
  ])
})
