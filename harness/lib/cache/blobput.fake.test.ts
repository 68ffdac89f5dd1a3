// SPDX-License-Identifier: MIT
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { putBytes } from './blobput.ts'
import { blobPath, incoming, openBlobs } from './blobs.ts'

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  linkSync: () => {
    throw Object.assign(new Error('no hard links here'), { code: 'EPERM' })
  },
}))

let top: string | undefined
afterEach(async () => {
  if (top) await rm(top, { recursive: true })
})

test('bytes are stored by a rename where the file system has no hard links', async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-blobput-'))
  await using blobs = await openBlobs(join(top, 'blobs'), new AbortController().signal)
  for (let nth = 0; nth < 2; nth++) {
    const hash = putBytes(blobs, Buffer.from('text'))
    expect(await readFile(blobPath(blobs.root, { kind: '-', hash }), 'utf8')).toBe('text')
  }
  expect(await readdir(incoming(blobs.root))).toEqual([])
})
