// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'

const stamped = (lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `[    7.${String(index).padStart(6, '0')}] ${line}`)

const read = (lines: readonly string[]) =>
  readSplats(
    stamped(lines)
      .map((line) => `${line}\n`)
      .join(''),
  )

/** What a reader is told of each report. */
const toldOf = (lines: readonly string[]) => read(lines).map(({ function: name, corrupted }) => [name, corrupted])

const without = (lines: readonly string[], start: string): readonly string[] => {
  const at = lines.findIndex((line) => line.startsWith(start))
  if (at < 0) throw new Error(`no line begins with ${start}`)
  return lines.toSpliced(at, 1)
}

const END = ' entry_SYSCALL_64_after_hwframe+0x63/0xcd'

const OOPS = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000008',
  'Oops: 0000 [#1] SMP',
  'CPU: 2 PID: 311 Comm: tool Not tainted 6.6.1 #1',
  'RIP: 0010:toy_read+0x11/0x40',
  'RSP: 0018:ffffc90000123d80 EFLAGS: 00010246',
  'RAX: 0000000000000000 RBX: ffff888101234000 RCX: 0000000000000000',
  'Call Trace:',
  ' <TASK>',
  ' toy_ioctl+0x51/0x90',
  END,
  ' </TASK>',
  '---[ end trace 0000000000000000 ]---',
]

const JUMP = [
  'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000',
  'Internal error: Oops: 0000000086000004 [#1] SMP',
  'CPU: 1 PID: 40 Comm: tool Not tainted 6.6.1 #1',
  'pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)',
  'pc : 0x0',
  'lr : toy_jump+0x10/0x20',
  'sp : ffff800080123d80',
  'x29: ffff800080123d80 x28: 0000000000000000 x27: 0000000000000000',
  'Call trace:',
  ' 0x0',
  ' toy_thread+0x24/0x60',
  ' ret_from_fork+0x10/0x20',
  '---[ end trace 0000000000000000 ]---',
]

describe('registers', () => {
  test('a whole report is not corrupted', () => {
    expect(toldOf(OOPS)).toEqual([['toy_read', null]])
    expect(toldOf(JUMP)).toEqual([['toy_jump', null]])
  })

  test.each([
    [OOPS, 'RIP:', 'the line of the instruction pointer is missing'],
    [JUMP, 'pc :', 'the line of the instruction pointer is missing'],
    [JUMP, 'lr :', 'the line of the link register is missing'],
  ])('%#: without the line %s', (lines, start, why) => {
    expect(toldOf(without(lines, start))).toEqual([[null, why]])
  })

  test('of two dumps are of two reports', () => {
    const at = OOPS.indexOf('Call Trace:')
    const lines = OOPS.toSpliced(at, 0, 'RIP: 0010:other_write+0x1/0x2')
    expect(toldOf(lines)).toEqual([[null, 'the registers name two functions']])
  })

  test('an Oops without any pointer lacks it', () => {
    const lines = OOPS.filter((line) => !/^R[A-Z]+: /.test(line))
    expect(toldOf(lines)).toEqual([[null, 'the line of the instruction pointer is missing']])
  })

  test('after a jump to a bad address the link register is needed, whatever else is lost', () => {
    const lines = JUMP.filter((line) => !/^(?:lr|sp|x29)/.test(line))
    expect(toldOf(lines)).toEqual([[null, 'the line of the link register is missing']])
  })

  test('powerpc names the function below the numbers', () => {
    const lines = [
      'BUG: Kernel NULL pointer dereference on read at 0x00000018',
      'Oops: Kernel access of bad area, sig: 11 [#1]',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'NIP:  c00000000df3b941 LR: c00000000aad18ce CTR: e7459bbba4f4bdb1',
      'REGS: c00000000f3367d6 TRAP: 0300   Not tainted  (6.6.1)',
      'NIP [c00000000102bc32] toy_read+0x24/0x50',
      'LR [c00000000aad18ce] toy_ioctl+0xce/0x370',
      'Call Trace:',
      '[c00000000377859e] [c0000000063d80c6] toy_ioctl+0xd0/0x370',
      '---[ end trace 0000000000000000 ]---',
    ]
    expect(toldOf(lines)).toEqual([['toy_read', null]])
    expect(toldOf(without(lines, 'NIP ['))).toEqual([[null, 'the line of the instruction pointer is missing']])
    expect(toldOf(without(lines, 'LR ['))).toEqual([[null, 'the line of the link register is missing']])
  })

  test('arm64 of old names the function above the numbers', () => {
    const lines = [
      'kernel BUG at fs/toy.c:12!',
      'Internal error: Oops - BUG: 0 [#1] PREEMPT SMP',
      'CPU: 1 PID: 30 Comm: tool Not tainted 4.14.310 #1',
      'PC is at toy_read+0x464/0xa20',
      'LR is at toy_ioctl+0x59c/0x740',
      'pc : [<ffffff801e84f5b5>] lr : [<ffffff8015498264>] pstate: 60000145',
      'sp : ffff8000dc9d26de',
      'Call trace:',
      ' toy_ioctl+0x314/0x970',
      '---[ end trace 348f122bc55a0e36 ]---',
    ]
    expect(toldOf(lines)).toEqual([['toy_read', null]])
    const cut = without(without(lines, 'PC is at'), 'LR is at')
    expect(toldOf(cut)).toEqual([[null, 'the line of the instruction pointer is missing']])
  })

  test('riscv names the function above the numbers, and its caller', () => {
    const lines = [
      'Unable to handle kernel paging request at virtual address ffffffd806000000',
      'Oops [#1]',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.1.0 #1',
      'epc : __memcpy+0x60/0xf8',
      ' ra : toy_find+0x12c/0x3c0',
      'epc : ffffffff80a0c5f8 ra : ffffffff802d4a1c sp : ff20000010543a10',
      'status: 0000000200000120 badaddr: ffffffd806000000 cause: 000000000000000d',
      '[<ffffffff80a0c5f8>] __memcpy+0x60/0xf8',
      '[<ffffffff802d8c52>] toy_map+0x6a/0x1174',
      '---[ end trace 0000000000000000 ]---',
    ]
    expect(toldOf(lines)).toEqual([['toy_find', null]])
    expect(toldOf(without(lines, ' ra :'))).toEqual([[null, 'the line of the link register is missing']])
  })

  test('of a program end a stack', () => {
    const lines = [
      'BUG: KASAN: slab-out-of-bounds in kasan_toy+0x4/0x12',
      'Write of size 8 at addr ffff80044cb700 by task tool/30',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'Call Trace:',
      ' kasan_report+0x4/0x12',
      ' kasan_toy+0x4/0x12',
      'RIP: 0033:0x7f5c9e88c0d9',
      'RSP: 002b:00007f5c9d6c0168 EFLAGS: 00000246 ORIG_RAX: 0000000000000010',
      ' toy_alloc+0x4/0x12',
      '='.repeat(66),
    ]
    const gap = 'the heading of a stack is missing'
    expect(toldOf(lines)).toEqual([[null, gap]])
    expect(toldOf(without(lines, 'RIP: 0033'))).toEqual([[null, gap]])
  })

  test.each([
    'CRMD: 000000b0 (PLV0 -IE)',
    'PRMD: 00000004 (PPLV0 +PIE)',
    'ESTAT: 00000800 [INT] (IS=11)',
    'PRID: 0014c010 (x)',
  ])('of loongarch: %s is below the pointer', (below) => {
    const lines = [
      'watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [tool:30]',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.30 #1',
      'pc ffff800002014050 ra ffff80000201403c tp 90000001058c8000 sp 90000001058cbd50',
      '   ra: ffff80000201403c toy_op+0x3c/0x70 [toy]',
      '  ERA: ffff800002014050 toy_spin+0x10/0x30 [toy]',
      below,
      'Call Trace:',
      '[<900000000032aa28>] hrtimer_interrupt+0x10c/0x2ac',
      '[<ffff800002014050>] toy_spin+0x10/0x30 [toy]',
      '[<ffff800002014090>] sys_toy+0x20/0x60',
      '[<9000000001374cfc>] do_syscall+0x8c/0xc0',
      '[<90000000002217f8>] handle_syscall+0xb8/0x158',
    ]
    expect(toldOf(lines)).toEqual([['sys_toy', null]])
    expect(toldOf(without(lines, '  ERA:'))).toEqual([[null, 'the line of the instruction pointer is missing']])
  })

  test('of a program need no pointer of the kernel', () => {
    const at = OOPS.indexOf(END) + 1
    const lines = OOPS.toSpliced(at, 0, 'RSP: 002b:00007ffd1c0 EFLAGS: 00000246', 'RAX: ffffffffffffffda RBX: 0 RCX: 0')
    expect(toldOf(lines)).toEqual([['toy_read', null]])
  })
})

describe('tasks', () => {
  const WARNING = [
    '------------[ cut here ]------------',
    'WARNING: CPU: 1 PID: 30 at net/toy.c:9 toy_send+0x1c/0x60',
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'RIP: 0010:toy_send+0x1c/0x60',
    'Call Trace:',
    ' toy_write+0x4/0x12',
    END,
    '---[ end trace 0000000000000000 ]---',
  ]

  test('the task of the header is that of the dump', () => {
    expect(toldOf(WARNING)).toEqual([['toy_send', null]])
    const other = WARNING.map((line) => line.replace(/^CPU: 1 PID: 30/, 'CPU: 0 PID: 44'))
    expect(toldOf(other)).toEqual([['toy_send', 'the report names two tasks']])
  })

  test('lines of KASAN are of a KASAN report', () => {
    const lines = WARNING.toSpliced(2, 0, 'Read of size 8 at addr ffff888101234000 by task other/44')
    expect(toldOf(lines)).toEqual([['toy_send', 'lines of a KASAN report are between those of the report']])
  })
})

describe('headings', () => {
  const SLEEPING = [
    'BUG: sleeping function called from invalid context at mm/toy.h:4',
    'in_atomic(): 1, irqs_disabled(): 0, pid: 30, name: tool',
    'Preemption disabled at:',
    '[<ffffffff81234567>] toy_lock+0x1/0x20',
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'Call Trace:',
    ' dump_stack_lvl+0x4/0x12',
    ' __might_resched+0x4/0x12',
    ' toy_alloc+0x4/0x12',
    END,
  ]

  test('frames whose heading is lost are not of the stack', () => {
    expect(toldOf(SLEEPING)).toEqual([['toy_alloc', null]])
    expect(toldOf(without(SLEEPING, 'Preemption'))).toEqual([['toy_alloc', 'the heading of a stack is missing']])
  })

  test('no stack follows where interrupts were switched', () => {
    const lines = [
      ...SLEEPING.slice(0, 4),
      'softirqs last disabled at (0): [<0000000000000000>] 0x0',
      ...SLEEPING.slice(4),
    ]
    expect(toldOf(lines)).toEqual([['toy_alloc', null]])
    const at = lines.indexOf(' toy_alloc+0x4/0x12') + 1
    const switched = lines.toSpliced(at, 0, 'hardirqs last disabled at (4): [<ffffffff877f2e62>] toy_lock+0x62/0xd2')
    expect(toldOf(switched)).toEqual([['toy_alloc', 'the heading of a stack is missing']])
  })

  test('a thread begins a stack: frames after it are of another one', () => {
    const lines = [
      'BUG: KASAN: slab-out-of-bounds in toy_copy+0x4/0x12',
      'Write of size 8 at addr ffffff80044cb700 by task tool/30',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      ' kasan_report+0x4/0x12',
      ' toy_thread+0x4/0x12',
      ' ret_from_fork+0x10/0x20',
      ' kmalloc_trace+0x4/0x12',
      ' toy_copy+0x4/0x12',
      ' toy_thread+0x4/0x12',
      ' ret_from_fork+0x10/0x20',
      '='.repeat(66),
    ]
    expect(toldOf(lines)).toEqual([['toy_copy', 'the heading of a stack is missing']])
    expect(read(lines)[0]?.frames).toHaveLength(3)
  })

  test('a stack that KASAN saved is not that of the report', () => {
    const lines = [
      'BUG: KASAN: invalid-free in kfree+0xc4/0x180',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'Call Trace:',
      ' kasan_report_invalid_free+0x4/0x12',
      ' kfree+0xc4/0x180',
      ' kasan_save_stack+0x4/0x12',
      ' kmalloc_trace+0x4/0x12',
      ' toy_alloc+0x4/0x12',
      END,
      '='.repeat(66),
    ]
    expect(toldOf(lines)).toEqual([[null, 'the heading of a stack is missing']])
    const inside = lines.toSpliced(5, 0, ' unwind_next_frame+0x4/0x12', ' stack_trace_save+0x4/0x12')
    expect(toldOf(inside)).toEqual([['toy_alloc', null]])
  })

  test('a stack that nothing announces may be that of the allocation', () => {
    const lines = [
      'BUG kmalloc-128 (Not tainted): Poison overwritten',
      ' __slab_alloc+0x28a/0x6e0',
      ' toy_alloc+0x6a8/0x6f0',
      'INFO: Freed in toy_free+0x5e8/0x930 age=4 cpu=0 pid=30',
      ' toy_free+0x644/0xb50',
      'FIX kmalloc-128: Restoring 0xffff8800e99a05e0=0x6b',
    ]
    expect(toldOf(lines)).toEqual([['toy_alloc', 'the heading of a stack is missing']])
  })

  test('what the header names is called by nobody that is to blame', () => {
    const lines = [
      'BUG: KASAN: stack-out-of-bounds in toy_stack+0x4/0x12',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'Call Trace:',
      ' kasan_report+0x4/0x12',
      ' toy_thread+0x4/0x12',
      ' toy_stack+0x4/0x12',
      '='.repeat(66),
    ]
    expect(toldOf(lines)).toEqual([['toy_stack', 'the stack lacks the function that the header names']])
  })

  test('a script that prints inlined calls prints the header of each', () => {
    const lines = [
      'BUG: KASAN: slab-out-of-bounds in toy_peek include/linux/toy.h:48 [inline]',
      'BUG: KASAN: slab-out-of-bounds in toy_read+0x1bd/0x240 fs/toy.c:91',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'Call Trace:',
      ' kasan_report+0xda/0x110 mm/kasan/report.c:588',
      ' toy_peek include/linux/toy.h:48 [inline]',
      ' toy_read+0x1bd/0x240 fs/toy.c:91',
      '='.repeat(66),
    ]
    expect(toldOf(lines)).toEqual([['toy_read', null]])
    expect(toldOf(lines.toSpliced(1, 1))).toEqual([[null, 'a header line is missing']])
  })

  test('a report of a hanging task says once how to be rid of it', () => {
    const hang = (task: string, wait: string): readonly string[] => [
      `INFO: task ${task}:30 blocked for more than 120 seconds.`,
      '      Not tainted 5.4.0 #1',
      '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
      'Call Trace:',
      ' __schedule+0x2c0/0xb20',
      ` ${wait}+0x5a/0xd0`,
      ' do_syscall_64+0x3b/0x90',
      END,
    ]
    const lines = [...hang('tool', 'toy_wait'), ...hang('other', 'toy_other')]
    expect(toldOf(lines)).toEqual([
      ['toy_wait', null],
      ['toy_other', null],
    ])
    const gap = 'a header line is missing'
    expect(toldOf(without(lines, 'INFO: task other'))).toEqual([[null, gap]])
    const second = lines.findLastIndex((line) => line.startsWith('"echo'))
    expect(toldOf(without(lines.toSpliced(second, 1), 'INFO: task other'))).toEqual([[null, gap]])
  })

  test('a task that hangs in nothing but waits has a stack to its end', () => {
    const lines = [
      'INFO: task tool:30 blocked for more than 120 seconds.',
      '      Not tainted 6.1.0 #1',
      'task:tool state:D stack:0     pid:30  ppid:1      flags:0x00000004',
      'Call Trace:',
      ' __schedule+0x2c0/0xb20',
      ' schedule+0x5a/0xd0',
      ' schedule_timeout+0x13d/0x350',
      ' wait_for_completion+0x1/0x20',
    ]
    const next = 'Showing all locks held in the system:'
    expect(toldOf([...lines, ' do_syscall_64+0x3b/0x90', END, next])[0]?.[1]).toBeNull()
    expect(toldOf([...lines, next])[0]?.[1]).toBe('the end of the stack is missing')
  })

  test('a stall has a stack', () => {
    const lines = [
      'watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [tool:30]',
      'Modules linked in: toy',
      'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
      'RIP: 0010:toy_scan+0x11/0x40',
      'RSP: 0018:ffffc90000123d80 EFLAGS: 00010246',
      'Call Trace:',
      ' toy_ioctl+0x51/0x90',
      END,
    ]
    expect(toldOf(lines)).toEqual([['toy_ioctl', null]])
    const next = Array.from({ length: 40 }, (_, at) => `toy: line ${at} of the kernel`)
    expect(toldOf([...lines.slice(0, -2), ...next])[0]?.[1]).toBe('the stack is missing')
    expect(toldOf([...lines.slice(0, -1), ...next])[0]?.[1]).toBe('the end of the stack is missing')
    expect(toldOf([...lines, ...next])).toEqual([['toy_ioctl', null]])
  })

  test('the timer that finds a stall interrupted somebody', () => {
    const lines = [
      'rcu: INFO: rcu_sched self-detected stall on CPU',
      'rcu: \t0-....: (2100 ticks this GP) idle=fa2/1/0x4 softirq=1/1 fqs=1050',
      'Call Trace:',
      ' rcu_sched_clock_irq+0x69c/0x93a',
      ' tick_sched_timer+0x76/0x9c',
      ' __hrtimer_run_queues+0x120/0x1d6',
      ' asm_sysvec_apic_timer_interrupt+0x16/0x20',
      ' __x64_sys_toy+0x1/0x20',
      END,
    ]
    expect(toldOf(lines)).toEqual([['sys_toy', null]])
    expect(toldOf(lines.toSpliced(6))[0]).toEqual([null, expect.any(String)])
    const next = Array.from({ length: 40 }, (_, at) => `toy: line ${at} of the kernel`)
    expect(toldOf([...lines.slice(0, 6), ...next])).toEqual([[null, 'the end of the stack is missing']])
  })

  test("a stall with the stack of RCU's own thread alone is nobody's", () => {
    const lines = [
      'rcu: INFO: rcu_sched self-detected stall on CPU',
      'rcu: \t0-....: (2100 ticks this GP) idle=fa2/1/0x4 softirq=1/1 fqs=1050',
      'rcu: rcu_sched kthread starved for 2100 jiffies! g4567 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=1',
      'rcu: RCU grace-period kthread stack dump:',
      'task:rcu_sched       state:R  running task     stack:    0 pid:   11 ppid:     2 flags:0x00004000',
      'Call Trace:',
      ' __schedule+0x2c0/0xb20',
      ' schedule_timeout+0x13d/0x350',
      ' rcu_gp_fqs_loop+0x1/0x20',
      ' rcu_gp_kthread+0x1/0x20',
      ' kthread+0x1/0x20',
      ' ret_from_fork+0x1/0x20',
    ]
    expect(toldOf(lines)).toEqual([[null, null]])
    const own = ['NMI backtrace for cpu 0', 'Call Trace:', ' toy_spin+0x1/0x20', ' __x64_sys_toy+0x1/0x20', END]
    expect(toldOf([...lines, ...own])).toEqual([['sys_toy', null]])
  })

  test('the second line of a fault injection shows it too', () => {
    const lines = [
      ...SLEEPING.slice(0, 2),
      'name failslab, interval 1, probability 0, space 0, times 0',
      'CPU: 0 PID: 44 Comm: other Not tainted 6.6.1 #1',
      'Call Trace:',
      ' should_fail_ex+0x4/0x12',
      ' other_alloc+0x4/0x12',
      ...SLEEPING.slice(4),
    ]
    expect(toldOf(lines)).toEqual([['toy_alloc', null]])
  })
})

describe('32-bit ARM', () => {
  const WARNING = [
    '------------[ cut here ]------------',
    'WARNING: CPU: 0 PID: 30 at drivers/toy.c:9 toy_wait+0x1c/0x60',
    'CPU: 0 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    ' unwind_backtrace from show_stack+0x10/0x14',
    ' show_stack from __warn+0xd4/0xf0',
    ' __warn from toy_wait+0xd4/0x164',
    ' toy_wait from toy_start+0x54/0x1f8',
    ' toy_start from kthread+0x14/0x2c',
    ' kthread from ret_from_fork+0x14/0x2c',
    '---[ end trace 0000000000000000 ]---',
  ]

  test('each frame names the next one', () => {
    expect(toldOf(WARNING)).toEqual([['toy_wait', null]])
    expect(toldOf(without(WARNING, ' toy_start'))).toEqual([['toy_wait', 'a frame of the stack is missing']])
  })
})

describe('locks', () => {
  const CYCLE = [
    '======================================================',
    'WARNING: possible circular locking dependency detected',
    '6.6.1 #1 Not tainted',
    '------------------------------------------------------',
    'tool/30 is trying to acquire lock:',
    'ffff888101234000 (&a->lock){+.+.}-{3:3}, at: toy_take+0x1/0x20',
    'but task is already holding lock:',
    'ffff888105678000 (&b->lock){+.+.}-{3:3}, at: toy_hold+0x1/0x20',
    'which lock already depends on the new lock.',
    'stack backtrace:',
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'Call Trace:',
    ' lock_acquire+0x4/0x12',
    ' toy_outer+0x4/0x12',
    END,
  ]
  const GAP = 'a line of the locks is missing'

  test('the first lock is the one that is taken', () => {
    expect(toldOf(CYCLE)).toEqual([['toy_take', null]])
    expect(toldOf(without(CYCLE, 'tool/30'))).toEqual([['toy_take', null]])
  })

  test.each(['ffff888101234000', 'but task'])('without the line %s', (start) => {
    expect(toldOf(without(CYCLE, start))).toEqual([[null, GAP]])
  })
})

test('a chain of locks has two ends at least', () => {
  const lines = [
    'WARNING: possible circular locking dependency detected',
    '6.6.1 #1 Not tainted',
    'tool/30 is trying to acquire lock:',
    'ffff888101234000 (&a->lock){+.+.}-{3:3}, at: mutex_lock_nested+0x1/0x20',
    'but task is already holding lock:',
    'ffff888105678000 (&b->lock){+.+.}-{3:3}, at: toy_hold+0x1/0x20',
    '-> #1 (&b->lock){+.+.}-{3:3}:',
    ' toy_open+0x4/0x12',
    '-> #0 (&a->lock){+.+.}-{3:3}:',
    ' toy_write+0x4/0x12',
    'stack backtrace:',
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'Call Trace:',
    ' lock_acquire+0x4/0x12',
    ' toy_write+0x4/0x12',
    END,
  ]
  expect(toldOf(lines)).toEqual([['toy_write', null]])
  expect(toldOf(without(lines, '-> #1'))[0]?.[1]).toBe('a line of the locks is missing')
})

describe('held locks', () => {
  const held = (count: string): readonly string[] => [
    'WARNING: tool/30 still has locks held!',
    '6.6.1 #1 Not tainted',
    count,
    ' #0: ffff888101234000 (&a->lock){+.+.}-{3:3}, at: toy_take+0x1/0x20',
    'stack backtrace:',
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'Call Trace:',
    ' do_exit+0x4/0x12',
    END,
  ]

  test.each(['1 lock held by tool/30:', 'locks held by tool/30: 1, last CPU#1:'])('%s', (count) => {
    expect(toldOf(held(count))).toEqual([['toy_take', null]])
    const missing = 'a line of the locks is missing'
    expect(toldOf(without(held(count), ' #0'))).toEqual([[null, missing]])
  })
})

describe('panics', () => {
  const panic = (cause: string): readonly string[] => [
    `Kernel panic - not syncing: ${cause}`,
    'CPU: 1 PID: 30 Comm: tool Not tainted 6.6.1 #1',
    'Call Trace:',
    ' panic+0x4/0x12',
    ' toy_watch+0x4/0x12',
    END,
    '---[ end Kernel panic - not syncing: x ]---',
  ]

  test.each(['hung_task: blocked tasks', 'softlockup: hung tasks', 'Fatal exception', 'kernel stack overflow'])(
    '%s: the stack below it is not that of the bug',
    (cause) => expect(toldOf(panic(cause))).toEqual([[null, 'the report before the panic is missing']]),
  )

  test('another panic is its own report', () => {
    expect(toldOf(panic('toyfs: forced after error'))).toEqual([['toy_watch', null]])
  })

  test('a panic line that is shown twice ends the report once', () => {
    const twice = [
      ...OOPS,
      'Kernel panic - not syncing: Fatal exception',
      'Kernel panic - not syncing: Fatal exception',
    ]
    expect(toldOf(twice)).toEqual([['toy_read', null]])
  })
})

describe('lines that a console shows again', () => {
  test('are left out, whatever they are', () => {
    const lines = stamped(OOPS)
    const whole = readSplats(lines.map((line) => `${line}\n`).join(''))
    for (let from = 1; from < lines.length - 2; from++) {
      const again = [...lines.slice(0, from + 2), ...lines.slice(from)]
      const [splat, ...more] = readSplats(again.map((line) => `${line}\n`).join(''))
      expect([splat?.function, splat?.corrupted, more]).toEqual(['toy_read', null, []])
      expect(splat?.frames).toEqual(whole[0]?.frames)
    }
  })

  test('a header line that comes twice is that of one report', () => {
    const lines = stamped(OOPS)
    const log = [lines[0], ...lines].map((line) => `${line}\n`).join('')
    expect(readSplats(log).map(({ function: name, corrupted }) => [name, corrupted])).toEqual([['toy_read', null]])
  })

  test('a report in a boot that begins with older stamps is another report', () => {
    const second = OOPS.map(
      (line, index) => `[    1.${String(index).padStart(6, '0')}] ${line.replace('toy_', 'new_')}`,
    )
    const log = [...stamped(OOPS).slice(0, 9), ...second].map((line) => `${line}\n`).join('')
    expect(readSplats(log).map(({ function: name }) => name)).toContain('new_read')
  })
})
