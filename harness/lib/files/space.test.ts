// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { requireRoomLeft } from './space.ts'

const MIB = 1 << 20
const disk = (freeMiB: number, files = 1_000, ffree = 1_000) => ({
  bavail: freeMiB,
  bsize: MIB,
  files,
  ffree,
})

test.each([
  ['with room', disk(16), false],
  ['of a file system that counts no files', disk(16, 0, 0), false],
  ['full', disk(0), true],
  ['nearly full', disk(15), true],
  ['without a file left', disk(1_000, 1_000, 0), true],
])('a disk %s', async (_what, found, isFull) => {
  const checked = requireRoomLeft(['/cache'], 'the build', async () => found)
  if (!isFull) return expect(await checked).toBeUndefined()
  await expect(checked).rejects.toMatchObject({
    name: 'HostError',
    message: 'the build failed, and there is no space left in /cache',
  })
})

test('each folder counts', async () => {
  const roomOf = async (dir: string) => disk(dir === '/tmp' ? 0 : 100)
  await expect(requireRoomLeft(['/cache', '/tmp'], 'the build', roomOf)).rejects.toThrow('/tmp')
})
