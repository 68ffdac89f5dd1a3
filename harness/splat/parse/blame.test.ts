// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { readSplats } from '../../testing/splats.ts'
import { isHelper, isHelperPlace, isLoop, isMachinery, sharedWait } from './machinery.ts'
import { namedIn } from './named.ts'
import { busyEntry } from './stall.ts'

// Written down once more, by hand: a mistake in the lists must not hide itself.
const NEVER = new Set(
  (
    'dump_stack dump_stack_lvl __dump_stack show_stack dump_backtrace kasan_report print_report kmsan_report panic __warn ' +
    'check_panic_on_warn report_bug warn_slowpath_fmt die oops_end asm_exc_page_fault exc_page_fault do_debug_exception ' +
    'brk_handler bug_handler el1_dbg handle_bad_stack panic_bad_stack nmi_panic __stack_chk_fail fortify_panic ' +
    'refcount_warn_saturate __list_add_valid __list_del_entry_valid memcpy __memcpy kfree kmalloc __kmalloc ' +
    'kmem_cache_alloc _raw_spin_lock mutex_lock __mutex_lock lock_acquire __lock_acquire schedule __schedule __switch_to ' +
    'rcu_sched_clock_irq rcu_dump_cpu_stacks watchdog_timer_fn should_fail_ex program_check_exception ' +
    'entry_SYSCALL_64_after_hwframe ret_from_fork_asm unwind_backtrace'
  ).split(' '),
)

const isWrong = (name: string | null): boolean => name !== null && (isMachinery(name) || NEVER.has(name))

const logs = corpusNames().map((name) => {
  const text = readCorpus(name).log.toString('latin1')
  return { name, text, splats: readSplats(text) }
})

test('no report names machinery as its function', () => {
  const wrong = logs.flatMap(({ name, splats }) =>
    splats.flatMap((splat) => (isWrong(splat.function) ? [`${name}: ${splat.function}`] : [])),
  )
  expect(wrong).toEqual([])
})

// One line in STEP of each log, another one in each log; ZSHARNESS_CUT_STEP=1 cuts at every line.
const STEP = Number(process.env.ZSHARNESS_CUT_STEP ?? 48)

test('no report that is cut at a line names machinery as its function', () => {
  const wrong: string[] = []
  for (const [index, { name, text }] of logs.entries()) {
    const lines = text.split('\n').slice(0, 150)
    for (let to = 2 + (index % STEP); to < lines.length; to += STEP) {
      for (const splat of readSplats(lines.slice(0, to).join('\n'))) {
        if (isWrong(splat.function)) wrong.push(`${name}, ${to} lines: ${splat.function}`)
      }
    }
  }
  expect(wrong).toEqual([])
}, 120_000)

const BLAMELESS = new Set(['oom', 'panic', 'workqueue-lockup', 'swap', 'bug', 'kmemleak'])

test('a report whose function is not known says why', () => {
  const silent = logs.flatMap(({ name, splats }) =>
    splats
      .filter((splat) => splat.function === null && splat.corrupted === null && splat.frames.length > 0)
      .filter(({ family, kind }) => !BLAMELESS.has(family) && kind !== 'limits')
      .map(() => name),
  )
  expect(silent).toEqual([])
})

test.each<[kind: string, is: (name: string) => boolean, yes: string, no: string]>([
  [
    'machinery',
    isMachinery,
    'check_panic_on_warn handle_bad_stack do_undef_fault program_check_common might_fault do_syscall_64 invoke_syscall free_percpu core::panicking::panic_fmt __rustc::rust_begin_unwind',
    'kthread_stop kthread_park do_exit vfs_read sock_close free_netdev lock_sock_nested rust_binder::node::Node::drop',
  ],
  [
    'a helper',
    isHelper,
    'xas_start xa_load idr_find mas_walk kobject_put device_del put_device sysfs_remove_file_ns kernfs_put kfree_skb consume_skb skb_release_data dput aes_encrypt sha256_update __queue_work mod_timer console_unlock io_serial_in unwind_next_frame __orc_find rhashtable_walk_next klist_next percpu_ref_get iov_iter_advance',
    'kernfs_fop_open xfs_iget skb_segment tcp_recvmsg timerfd_read workqueue_apply d_walk driver_sysfs_sync radix_mmu_fault',
  ],
  [
    'a loop',
    isLoop,
    'kthread kthread_worker_fn process_one_work worker_thread call_timer_fn sys_ioctl',
    'kthread_stop kthread_queue sysfs_add tcp_sendmsg',
  ],
])('%s is known by its name', (_, is, yes, no) => {
  expect(yes.split(' ').filter((name) => !is(name))).toEqual([])
  expect(no.split(' ').filter(is)).toEqual([])
})

test.each<[place: string | null, isHelper: boolean]>([
  ['include/linux/list.h:88', true],
  ['./include/linux/list.h:88', true],
  ['../../lib/string.c:12', true],
  ['arch/arm64/lib/copy_page.S:30', true],
  ['mm/kasan/report.c:475', true],
  ['mm/slub.c:3820', true],
  ['kernel/locking/mutex.c:580', true],
  ['lib/crypto/aes.c:282', true],
  ['lib/zstd/decompress/zstd_decompress.c:9', false],
  ['lib/test_bitmap.c:9', false],
  ['lib/kunit/test.c:9', false],
  ['mm/mmap.c:9', false],
  ['fs/lib/x.c:9', false],
  ['net/core/skbuff.c:9', false],
  [null, false],
])('the place %s', (place, expected) => {
  expect(isHelperPlace(place)).toBe(expected)
})

test.each<[header: string, name: string | undefined]>([
  ['BUG: KASAN: use-after-free in foo_read+0x12/0x30', 'foo_read'],
  ['BUG: KASAN: use-after-free in foo_read+0x12/0x30 at addr ffff88002db3cf50', 'foo_read'],
  ['BUG: KASAN: slab-out-of-bounds in foo_peek include/linux/foo.h:48 [inline]', 'foo_peek'],
  ['BUG: KASAN: slab-use-after-free in foo_read (drivers/foo.c:12)', 'foo_read'],
  ['BUG: KASAN: null-ptr-deref in foo_read', 'foo_read'],
  ['BUG: KFENCE: use-after-free read in foo_read+0x1/0x2', 'foo_read'],
  ['BUG: KMSAN: uninit-value in foo_read+0x1/0x2', 'foo_read'],
  ['WARNING: CPU: 0 PID: 1 at mm/foo.c:12 foo_free+0x1/0x2', 'foo_free'],
  ['WARNING: mm/foo.c:12 at foo_free.constprop.0+0x1/0x2', 'foo_free'],
  ['BUG: using smp_processor_id() in preemptible', undefined],
  ['BUG: Bad page state in process', undefined],
  ['Bad mode in Error handler detected', undefined],
  ['UBSAN: shift-out-of-bounds in fs/foo.c:12', undefined],
])('%s names a function or none', (header, name) => {
  expect(namedIn(header, undefined)).toBe(name)
})

test('a panic of the stack protector names its function, another panic none', () => {
  const panic = 'Kernel panic - not syncing: '
  expect(namedIn('', `${panic}stack-protector: Kernel stack is corrupted in: foo+0x1/0x2`)).toBe('foo')
  expect(namedIn('', `${panic}stack-protector: Kernel stack is corrupted in: ffffffff81c2d4f0`)).toBeUndefined()
  expect(namedIn('', `${panic}Fatal exception in interrupt`)).toBeUndefined()
})

const frames = (names: string) =>
  names.split(' ').map((name) => ({
    function: name.replace('?', ''),
    offset: 1,
    size: 2,
    module: null,
    location: null,
    unreliable: name.startsWith('?'),
    inlined: [],
  }))

test.each<[stack: string, entry: string | undefined]>([
  ['foo_wait foo_ioctl vfs_ioctl __do_sys_ioctl __x64_sys_ioctl do_syscall_64', 'foo_ioctl'],
  ['rcu_busy tick_walk __do_sys_clock_adjtime do_syscall_64', 'sys_clock_adjtime'],
  ['foo_step foo_work process_one_work worker_thread kthread', 'foo_work'],
  ['foo_poll_once foo_timer call_timer_fn __run_timers do_idle', 'foo_timer'],
  ['foo_hw foo_napi __napi_poll net_rx_action __do_softirq', 'foo_napi'],
  ['bar_xmit ip_rcv __netif_receive_skb_core netif_receive_skb tun_get_user vfs_write', 'ip_rcv'],
  ['foo_scan foo_thread kthread ret_from_fork', 'foo_thread'],
  ['foo_init do_one_initcall load_module', 'foo_init'],
  ['_raw_spin_lock_irq process_one_work worker_thread kthread', undefined],
  ['?foo_stale bar_loop bar_work process_one_work', 'bar_work'],
  ['foo_loop foo_outer', undefined],
])('a stall in %s is known by %s', (stack, entry) => {
  expect(busyEntry(frames(stack))).toBe(entry)
})

// As 6.1 on arm64 prints it: `fortify_panic()` does not return, and its call is the last instruction.
test.each<[what: string, pc: string, stack: string, name: string | null]>([
  ['behind a call that does not return', 'fortify_panic+0x14/0x18', 'next_one+0x0/0xb0 foo_init+0x1/0x2', null],
  ['of a helper there', 'fortify_panic+0x14/0x18', 'memcpy+0x0/0xb0 foo_init+0x1/0x2', null],
  ['outside the function', 'foo_read+0x14/0x18', 'next_one+0x0/0xb0 foo_init+0x1/0x2', 'foo_read'],
  ['of the instruction itself', 'foo_read+0x0/0x18', 'foo_init+0x1/0x2', 'foo_read'],
  ['of a probe', 'fortify_panic+0x14/0x18', '__kretprobe_trampoline+0x0/0x50 foo_init+0x1/0x2', null],
  ['of interrupted code', 'fortify_panic+0x14/0x18', 'el1h_64_irq+0x64/0x68 foo_init+0x0/0x2', 'foo_init'],
  ['behind a helper', 'btrfs_assertfail+0x28/0x2c', 'next_one+0x0/0xb0 foo_init+0x1/0x2', null],
  [
    'behind a check',
    'usercopy_abort+0x28/0x2c',
    'next_one+0x0/0xb0 __check_object_size+0x1/0x2 foo_read+0x1/0x2',
    'foo_read',
  ],
  ['of the walk', 'fortify_panic+0x14/0x18', 'dump_backtrace+0x0/0x1a0 foo_init+0x1/0x2', 'foo_init'],
  ['of entry code', 'fortify_panic+0x14/0x18', 'ret_from_exception+0x0/0xc foo_init+0x0/0x2', 'foo_init'],
])('an address at the start of a function, %s', (_, pc, stack, name) => {
  const trap = ['Internal error: Oops - BUG: 00000000f2000800 [#1] SMP', 'CPU: 0 PID: 7 Comm: a Not tainted 6.1.0 #1']
  const registers = [`pc : ${pc}`, `lr : ${pc}`, 'sp : ffff800008abbd10', 'Call trace:', ` ${pc}`]
  const lines = [
    'kernel BUG at lib/string_helpers.c:1027!',
    ...trap,
    ...registers,
    ...stack.split(' ').map((one) => ` ${one}`),
  ]
  const text = [...lines, '---[ end trace 0000000000000000 ]---', '']
  const [splat] = readSplats(text.map((line, at) => `[    1.${100000 + at}] ${line}`).join('\n'))
  expect([splat?.function, splat?.corrupted !== null]).toEqual([name, name === null])
})

test.each<[name: string, shared: string | undefined]>([
  ['rtnl_lock', 'rtnl_lock'],
  ['rtnl_lock_killable', 'rtnl_lock'],
  ['synchronize_net', 'synchronize_rcu'],
  ['synchronize_rcu_expedited', 'synchronize_rcu'],
  ['synchronize_srcu', 'synchronize_rcu'],
  ['synchronize_irq', undefined],
  ['mutex_lock', undefined],
])('a wait in %s', (name, shared) => {
  expect(sharedWait(name)).toBe(shared)
})

const INJECTED = ['FAULT_INJECTION: forcing a failure.', 'name failslab, interval 1, probability 0, space 0, times 0']

test.each<[what: string, inside: readonly string[]]>([
  ['without a stack', INJECTED],
  ['with a stack', [...INJECTED, 'CPU: 1 PID: 7 Comm: b', 'Call Trace:', ' dump_stack+0x1/0x2', ' other_open+0x1/0x2']],
  ['at an allocation', ['b: page allocation failure: order:4, mode:0x40cc0', 'Call Trace:', ' other_open+0x1/0x2']],
])('a failure inside a report, %s, leaves its function', (_, inside) => {
  const own = ['Call Trace:', ' dump_stack+0x1/0x2', ' kasan_report+0x1/0x2', ' foo_read+0x1/0x2']
  const head = 'BUG: KASAN: use-after-free in memcpy+0x1/0x2'
  const lines = [head, ...inside, 'Read of size 8 at addr ffff888027e49000 by task a/1', ...own]
  const [splat] = readSplats(lines.map((line, index) => `[    1.${100000 + index}] ${line}\n`).join(''))
  expect(splat?.function).toBe('foo_read')
  expect(splat?.frames.map((frame) => frame.function)).toEqual(['dump_stack', 'kasan_report', 'foo_read'])
})
