// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'

const OBJECT = [
  'unreferenced object 0xffff0000c5b2d400 (size 96):',
  '  comm "modprobe", pid 771, jiffies 4294901122 (age 14.210s)',
  '  backtrace:',
]
const STACK = ['kmalloc_trace+0x3c/0x50', 'kstrdup+0x50/0x100', 'foo_probe+0x5c/0x160', 'foo_register+0x1c/0x40']
const file = (frames: number): string =>
  [...OBJECT, ...STACK.slice(0, frames).map((frame) => `    [<00000000c72f1b8a>] ${frame}`), ''].join('\n')

test.each([3, 4])('a file of kmemleak ends with its last stack: %i frames', (frames) => {
  expect(readSplats(file(frames))).toMatchObject([{ function: 'foo_probe', corrupted: null }])
})

test.each([0, 1, 2])('where it ends before the function to blame, it is truncated: %i frames', (frames) => {
  for (const splat of readSplats(file(frames))) expect(splat.corrupted).not.toBeNull()
})

test('a console that ends there may have lost the rest', () => {
  const log = file(4).replace(/^(?=.)/gm, '[   61.200000] ')
  expect(readSplats(log)).toMatchObject([{ function: 'foo_probe', corrupted: expect.stringContaining('truncated') }])
})
