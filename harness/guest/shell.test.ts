// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { OWN_LANES } from '../model/names.ts'
import { SHELL_PROFILE } from './shell.ts'

test('the help of the shell names every lane', async () => {
  const [, listed] = /Lanes: ([a-z\s]+)\n {2}busybox/.exec(await readFile(SHELL_PROFILE, 'utf8'))!
  expect(listed!.trim().split(/\s+/)).toEqual([...OWN_LANES])
})
