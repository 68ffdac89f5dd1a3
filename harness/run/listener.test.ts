// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { GuestListener } from './listener.ts'

test('the gaps of a console are counted, across chunk borders', () => {
  const listener = new GuestListener(() => undefined, 'cell', 10)
  const text = '[    0.000000][    T0] Linux version 6.1.192 (x) #1\n** 17 printk messages dropped **\n'
  for (const byte of Buffer.from(text)) listener.onConsole(Uint8Array.of(byte))
  expect(listener.close().console).toEqual({ lines: 2, banner: true, dropped: 17, suppressed: 0 })
})

test('a guest without a console has none', () => {
  expect(new GuestListener(() => undefined, 'cell', 10).close().console).toMatchObject({ lines: 0, banner: false })
})

const ACCESS = `BUG: KASAN: use-after-free in mutex_lock+0x7e/0xc0
Write of size 8 at addr ffff888003c91740 by task init/37
`
const LANE = '{"seq":1,"t":"laneStart","ms":2696,"lane":"reuse","seconds":6,"windowUs":4000}'

test('more than a hundred reports of KASAN are a flood, whatever the guest sends then', () => {
  const listener = new GuestListener(() => undefined, 'cell', 10)
  const phases = Array.from({ length: 101 }, () => listener.onConsole(Buffer.from(ACCESS)))
  expect(phases.indexOf('flood')).toBe(100)
  expect(listener.onRecord(LANE)).toBe('flood')
})

test('after a panic no record brings the lanes back', () => {
  const listener = new GuestListener(() => undefined, 'cell', 10)
  expect(listener.onRecord(LANE)).toBe('lanes')
  expect(listener.onConsole(Buffer.from('Kernel panic - not syncing: Fatal exception\n'))).toBe('last-words')
  expect(listener.onRecord(LANE)).toBe('last-words')
})
