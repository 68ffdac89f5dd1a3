// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'
import { families } from '../families.ts'
import type { Splat } from '../model.ts'
import { plainName } from '../parse/title.ts'
import { type Bucketed, bucketOf, isBucket, isNamed } from './bucket.ts'
import { classes, classOf } from './classes.ts'

const splat = (family: string, kind: string, part: Partial<Bucketed> = {}): Bucketed => ({
  ...{ family, kind, title: 'title', function: 'f', lines: [] },
  ...part,
})

test('each published kind has a class, and each class has kinds that are published', () => {
  const kinds = families.flatMap(({ name, kinds: all }) => Object.keys(all).map((kind) => [name, kind] as const))
  for (const [family, kind] of kinds) expect(Object.keys(classes)).toContain(classOf(family, kind)[0])
  const published = new Set([...kinds.map((pair) => pair.join('/')), ...families.map(({ name }) => name)])
  const foreign = Object.values(classes).flatMap(({ of }) => of.filter((kind) => !published.has(kind)))
  expect(foreign.filter((kind) => kind !== 'no-output' && kind !== 'lost-guest')).toEqual([])
})

test('no kind is in two classes', () => {
  const all = Object.values(classes).flatMap(({ of }) => of)
  expect(all.filter((kind, index) => all.indexOf(kind) !== index)).toEqual([])
})

test.each([
  ['__x64_sys_read', 'sys_read'],
  ['__arm64_sys_read', 'sys_read'],
  ['__ia32_sys_read', 'sys_read'],
  ['__s390x_sys_read', 'sys_read'],
  ['__se_sys_read', 'sys_read'],
  ['__do_sys_read', 'sys_read'],
  ['SyS_read', 'sys_read'],
  ['SYSC_read', 'sys_read'],
  ['sys_read', 'sys_read'],
  ['__arm64_compat_sys_ioctl', 'sys_ioctl'],
  ['__do_compat_sys_ioctl', 'sys_ioctl'],
  ['compat_SyS_ioctl', 'sys_ioctl'],
  ['C_SYSC_ioctl', 'sys_ioctl'],
  ['__sys_sendmsg', '__sys_sendmsg'],
  ['ksys_read', 'ksys_read'],
  ['my_sys_read', 'my_sys_read'],
  ['zs_free.isra.0.cold', 'zs_free'],
])('%s is %s in the source', (name, source) => expect(plainName(name)).toBe(source))

const SAME: readonly (readonly [string, Bucketed, Bucketed])[] = [
  ['the name of 6.4 and the older one', splat('kasan', 'slab-use-after-free'), splat('kasan', 'use-after-free')],
  ['another detector', splat('kasan', 'use-after-free'), splat('kfence', 'use-after-free')],
  [
    'a read and a write',
    splat('kasan', 'use-after-free', { title: 'a Read in f' }),
    splat('kasan', 'use-after-free', { title: 'a Write in f' }),
  ],
  ['a null pointer with and without KASAN', splat('kasan', 'null-ptr-deref'), splat('oops', 'null-deref')],
  [
    'a null pointer of x86 and arm64 in the shadow of KASAN',
    splat('oops', 'general-protection', {
      lines: [
        'Oops: general protection fault, probably for non-canonical address 0xdffffc0000000001: 0000 [#1]',
        'KASAN: null-ptr-deref in range [0x0000000000000008-0x000000000000000f]',
      ],
    }),
    splat('oops', 'paging-request', {
      lines: [
        'Unable to handle kernel paging request at virtual address dfff800000000001',
        'KASAN: null-ptr-deref in range [0x0000000000000008-0x000000000000000f]',
      ],
    }),
  ],
  [
    'a null pointer of mips and powerpc, which have one sentence for all addresses',
    splat('oops', 'paging-request', {
      lines: ['CPU 0 Unable to handle kernel paging request at virtual address 00000008, epc == 80123456'],
    }),
    splat('oops', 'paging-request', { lines: ['BUG: Unable to handle kernel data access at 0x00000010'] }),
  ],
  ['an address that is canonical by chance', splat('oops', 'general-protection'), splat('oops', 'paging-request')],
  ['another watchdog', splat('soft-lockup', 'stuck'), splat('rcu-stall', 'self')],
  ['another watchdog of interrupts', splat('hard-lockup', 'nmi'), splat('rcu-stall', 'detected')],
  [
    'a system call',
    splat('warning', 'warn', { function: '__x64_sys_bpf' }),
    splat('warning', 'warn', { function: '__arm64_sys_bpf' }),
  ],
  [
    'UBSAN of 4.19 and of 6.1',
    splat('ubsan', 'undefined', {
      lines: [
        'UBSAN: Undefined behaviour in fs/jfs/jfs_dmap.c:381:12',
        'shift exponent 64 is too large for 32-bit type',
      ],
    }),
    splat('ubsan', 'shift-out-of-bounds'),
  ],
  [
    'a race, from either side',
    splat('kcsan', 'data-race', { title: 'KCSAN: data-race in a / b', function: 'a' }),
    splat('kcsan', 'data-race', { title: 'KCSAN: data-race in b / a', function: 'b' }),
  ],
  [
    'a panic in another task',
    splat('panic', 'no-root', { title: 'kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)' }),
    splat('panic', 'no-root', {
      title: 'kernel panic: VFS: Unable to mount root fs on "" or unknown-block(NUM,NUM)',
      function: null,
    }),
  ],
  ['a victim of the OOM killer', splat('oom', 'kill', { function: null }), splat('oom', 'kill')],
]

test.each(SAME)('the same bug: %s', (_, one, other) => expect(bucketOf(one)).toBe(bucketOf(other)))

const DIFFERENT: readonly (readonly [string, Bucketed, Bucketed])[] = [
  ['another function', splat('kasan', 'use-after-free'), splat('kasan', 'use-after-free', { function: 'g' })],
  ['another class of the same detector', splat('kasan', 'use-after-free'), splat('kasan', 'slab-out-of-bounds')],
  [
    'a function and its worker',
    splat('warning', 'warn', { function: 'foo' }),
    splat('warning', 'warn', { function: '__foo' }),
  ],
  ['a null pointer and a wild one', splat('oops', 'null-deref'), splat('oops', 'paging-request')],
  [
    'a wild pointer, however small its digits',
    splat('oops', 'null-deref'),
    splat('oops', 'paging-request', {
      lines: ['Unable to handle kernel paging request at virtual address 0000000000001000'],
    }),
  ],
  ['a warning and a BUG', splat('warning', 'warn'), splat('kernel-bug', 'bug')],
  ['a task that hangs and a CPU that does', splat('hung-task', 'blocked'), splat('soft-lockup', 'stuck')],
  [
    'another sentence of one function',
    splat('bug', 'other', { title: 'BUG: looking up invalid subclass: NUM' }),
    splat('bug', 'other', { title: 'BUG: bad things happen' }),
  ],
  [
    'another panic',
    splat('panic', 'other', { title: 'kernel panic: one' }),
    splat('panic', 'other', { title: 'kernel panic: two' }),
  ],
  [
    'another race',
    splat('kcsan', 'data-race', { title: 'KCSAN: data-race in a / b', function: 'a' }),
    splat('kcsan', 'data-race', { title: 'KCSAN: data-race in a / c', function: 'a' }),
  ],
  ['a double free and a use after free', splat('kasan', 'double-free'), splat('kasan', 'use-after-free')],
]

test.each(DIFFERENT)('different bugs: %s', (_, one, other) => expect(bucketOf(one)).not.toBe(bucketOf(other)))

const deadlock = (one: string, two: string, at: string) => `
[   10.000000] ======================================================
[   10.000001] WARNING: possible circular locking dependency detected
[   10.000002] 6.1.0 #1 Not tainted
[   10.000003] ------------------------------------------------------
[   10.000004] init/1 is trying to acquire lock:
[   10.000005] ffffffff82a3c5a8 (${one}){+.+.}-{3:3}, at: ${at}+0x1c/0x40
[   10.000006] but task is already holding lock:
[   10.000007] ffffffff82a3c548 (${two}){+.+.}-{3:3}, at: ${at}+0x10/0x40
[   10.000008] which lock already depends on the new lock.
[   10.000009] the existing dependency chain (in reverse order) is:
[   10.000010] -> #1 (${two}){+.+.}-{3:3}:
[   10.000011]        lock_acquire+0xc8/0x2d0
[   10.000012]        first+0x1c/0x40
[   10.000013] -> #0 (${one}){+.+.}-{3:3}:
[   10.000014]        lock_acquire+0xc8/0x2d0
[   10.000015]        ${at}+0x1c/0x40
[   10.000016] other info that might help us debug this:
[   10.000017] 1 lock held by init/1:
[   10.000018]  #0: ffffffff82a3c548 (&other->lock){+.+.}-{3:3}, at: ${at}+0x10/0x40
[   10.000019] stack backtrace:
[   10.000020] CPU: 1 PID: 1 Comm: init Not tainted 6.1.0 #1
[   10.000021] Call Trace:
[   10.000022]  dump_stack_lvl+0x57/0x7d
[   10.000023]  ${at}+0x1c/0x40
`
const bucketsOf = (log: string): readonly string[] => readSplats(log).map(({ bucket }) => bucket)

describe('a deadlock', () => {
  test.each<[string, string]>([
    ['from the other side', deadlock('&b->lock', '&a->lock', 'second')],
    ['with its classes counted otherwise', deadlock('&a->lock#3', '&b->lock#2', 'first')],
    ['in the words of 4.4', deadlock('&(&a->lock)->rlock', '&(&b->lock)->rlock', 'first')],
  ])('is the same %s', (_, log) => {
    expect(bucketsOf(deadlock('&a->lock', '&b->lock', 'first'))).toEqual(['lock-order:a-lock+b-lock'])
    expect(bucketsOf(log)).toEqual(['lock-order:a-lock+b-lock'])
  })

  test.each<[string, string]>([
    ['of another lock', deadlock('&a->lock', '&c->lock', 'first')],
    ['of another subclass', deadlock('&a->lock/1', '&b->lock', 'first')],
  ])('is another one %s', (_, log) => {
    expect(bucketsOf(log)).not.toEqual(bucketsOf(deadlock('&a->lock', '&b->lock', 'first')))
  })

  test('whose locks are lost is named by its function', () => {
    expect(bucketOf(splat('lockdep', 'circular'))).toBe('lock-order:f')
  })
})

test.each<[string, boolean, boolean]>([
  ['use-after-free:zs_free', true, true],
  ['use-after-free:?', true, false],
  ['lock-order:a-lock+b-lock', true, true],
  ['unexpected-reboot', true, true],
  ['oom-kill:zs_free', false, true],
  ['use-after-free', false, true],
  ['use-after-free:', false, true],
  ['use-after-free:zs free', false, true],
  ['mm/zsmalloc.c:901', false, true],
  ['toString:f', false, true],
])('%s: a bucket %s, of one bug %s', (text, bucket, named) => {
  expect([isBucket(text), isNamed(text)]).toEqual([bucket, named])
})

test('a name is one word, whatever the console printed', () => {
  const odd = splat('warning', 'warn', { function: '<core::slice::Iter<T> as "x">::next' }) satisfies Pick<
    Splat,
    'function'
  >
  expect(bucketOf(odd)).toBe('warning:-core::slice::Iter-T-as-x-::next')
  expect(bucketOf(splat('panic', 'other', { title: `kernel panic: ${'x '.repeat(500)}` })).length).toBeLessThan(130)
})
