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
