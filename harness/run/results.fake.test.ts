// SPDX-License-Identifier: MIT
import { readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTempDir } from '../lib/files/temp.ts'
import { openResultsDir } from './results.ts'

test('a folder of results is made, and latest leads there', () =>
  inTempDir('results', async (root) => {
    const dir = await openResultsDir(join(root, 'a/b'), 'one', 'latest')
    expect(dir).toBe(join(root, 'a/b/one'))
    expect(readlinkSync(join(root, 'a/b/latest'))).toBe('one')
  }))

test.each(['', '/below'])('a file in its way is a usage error: FILE%s', (below) =>
  inTempDir('results', async (root) => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    await expect(openResultsDir(`${file}${below}`, 'one', 'latest')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('a file is in the way'),
    })
  }),
)
