// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'

const oops = (pointer: string, comm = 'dd'): string =>
  [
    'BUG: kernel NULL pointer dereference, address: 0000000000000018',
    'Oops: 0000 [#1] PREEMPT SMP',
    `CPU: 1 PID: 99 Comm: ${comm} Not tainted 6.6.1 #1`,
    `RIP: 0010:${pointer}`,
    'Call Trace:',
    ' <TASK>',
    ' baz_write+0x10/0x90',
    ' do_syscall_64+0x3c/0x90',
    ' entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
    ' </TASK>',
    '---[ end trace 0000000000000000 ]---',
  ]
    .map((text, index) => `[   10.00000${index % 10}] ${text}\n`)
    .join('')

test.each([
  ['a damaged byte', 'baz\ufffd_do+0x12/0x40'],
  ['a name that no kernel has', 'b\u00e4z_do+0x12/0x40'],
  ['a lost end', 'baz_do+0x'],
])('a function at the instruction pointer that cannot be read is not passed over: %s', (_, pointer) => {
  expect(readSplats(oops(pointer))).toMatchObject([
    { corrupted: 'the function at the instruction pointer cannot be read' },
  ])
})

test('a jump to nowhere blames its caller, and is whole', () => {
  expect(readSplats(oops('0x0'))).toMatchObject([{ function: 'baz_write', corrupted: null }])
})

test.each(['[x] y] (z)', 'evil+0x1/0x2', 'BUG: KASAN: x', '---[ end trace'])('a task may be named %j', (comm) => {
  expect(readSplats(oops('baz_do+0x12/0x40', comm))).toMatchObject([
    { family: 'oops', function: 'baz_do', task: comm, pid: 99, corrupted: null },
  ])
})

test.each(['a\nb', '\nBUG: KASAN: x', 'a\n[    1.234567', '\n---[ end trace', '\nCall Trace:', 'a\rb', ''])(
  'a task named %j loses its name, and nothing else',
  (comm) => {
    const lines = oops('baz_do+0x12/0x40', comm).replace(/\n(?=[^[]|\[ {4}1)/g, '\n[   10.000000] ')
    expect(readSplats(lines)).toMatchObject([{ family: 'oops', function: 'baz_do', pid: 99, cpu: 1, corrupted: null }])
  },
)

const headers = (count: number, stamp: (index: number) => string): string =>
  Array.from(
    { length: count },
    (_, index) => `${stamp(index)}BUG: KASAN: slab-use-after-free in foo_${index}+0x1/0x20\n`,
  ).join('')

test.each([
  ['with stamps', (index: number) => `[    1.${String(index).padStart(6, '0')}] `],
  ['without stamps', () => ''],
])('each of 20 headers in a row is a report, and corrupted: %s', (_, stamp) => {
  const splats = readSplats(headers(20, stamp))
  expect(splats.map(({ function: name }) => name)).toEqual(Array.from({ length: 20 }, (__, index) => `foo_${index}`))
  for (const { corrupted } of splats) expect(corrupted).not.toBeNull()
})

test('one header without a stamp and without a body is a quotation', () => {
  expect(readSplats(headers(1, () => ''))).toEqual([])
  expect(readSplats(`[    1.000000] usb 1-1: new device\n${headers(20, () => '')}`)).toEqual([])
})
