// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requireOutput } from './output.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-output-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a new file and an old one in a folder are fine', async () => {
  await requireOutput('-o', join(dir, 'new'))
  await writeFile(join(dir, 'old'), '')
  await requireOutput('-o', join(dir, 'old'))
  await requireOutput('-o', 'here.html')
})

test('a folder, a file in a folder that there is not, and one in a file are refused', async () => {
  await writeFile(join(dir, 'file'), '')
  await expect(requireOutput('-o', dir)).rejects.toThrow(`-o ${dir}: is a folder`)
  await expect(requireOutput('-o', join(dir, 'a', 'b'))).rejects.toThrow(`there is no folder ${join(dir, 'a')}`)
  await expect(requireOutput('-o', join(dir, 'file', 'b'))).rejects.toThrow('there is no folder')
  // Node tries for ever to make this one.
  await expect(requireOutput('-o', '/proc/x/y')).rejects.toThrow('there is no folder /proc/x')
})
