// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readCorpus } from '../testing/corpus.ts'
import { ConsoleWatch } from './index.ts'

const healthOf = (text: string) => {
  const watch = new ConsoleWatch()
  for (const line of text.split('\n')) watch.see(line)
  return watch.health
}

test('the console of a real kernel is whole', () => {
  const log = readCorpus('clean/captured-x86-zswap-fixed-6.1.log').log.toString('utf8')
  expect(healthOf(log)).toMatchObject({ banner: true, dropped: 0, suppressed: 0 })
})

test.each([
  ['** 17 printk messages dropped **', 17],
  ['[    9.000001][  T101] ** 3 printk messages dropped ** [    9.100001][  T101] Call Trace:', 3],
  ['** 1 printk messages dropped **\n** 2 printk messages dropped **\n', 3],
  ['[    9.000001][  T101] printk: console [ttyS0] enabled', 0],
])('dropped messages are counted: %s', (text, dropped) => expect(healthOf(text).dropped).toBe(dropped))

test('messages behind a rate limit are counted apart', () => {
  const text = '[   27.412266][   T11] swap_writepage: 4 callbacks suppressed\n'
  expect(healthOf(text)).toEqual({ lines: 1, banner: false, dropped: 0, suppressed: 4 })
})

test('blank lines are no console', () => expect(healthOf('\n \r\n').lines).toBe(0))
