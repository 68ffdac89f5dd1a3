// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { together } from './together.ts'

test('gives the values in order', async () => {
  expect(await together(sleep(5, 'a'), 2, sleep(1, 'c'))).toEqual(['a', 2, 'c'])
})

test('throws the first error, once nothing works any more', async () => {
  let ended = false
  const slow = sleep(20).then(() => {
    ended = true
  })
  const failing = together(slow, Promise.reject(new Error('broke')), Promise.reject(new Error('later')))
  await expect(failing).rejects.toThrow('broke')
  expect(ended).toBe(true)
})
