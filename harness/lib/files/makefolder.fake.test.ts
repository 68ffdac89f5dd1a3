// SPDX-License-Identifier: MIT
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './makefolder.ts'
import { inTempDir } from './temp.ts'

test('makes a folder and those above it, once or twice', () =>
  inTempDir('makefolder', async (dir) => {
    await makeFolder(join(dir, 'a/b/c'))
    await makeFolder(join(dir, 'a/b/c'))
    expect((await stat(join(dir, 'a/b/c'))).isDirectory()).toBe(true)
  }))

test('a file in the way is an error', () =>
  inTempDir('makefolder', async (dir) => {
    await writeFile(join(dir, 'file'), '')
    await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(dir, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  }))

test('/proc refuses, at once', async () => {
  await expect(makeFolder('/proc/zsharness/results')).rejects.toMatchObject({ code: 'ENOENT' })
})
