// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { requireRoomLeft } from './space.ts'

vi.mock('node:fs/promises')

const MIB = 1 << 20
const disk = (freeMiB: number, files = 1_000, ffree = 1_000) =>
  ({ bavail: freeMiB, bsize: MIB, files, ffree }) as Awaited<ReturnType<typeof statfs>>

test.each([
  ['with room', disk(16), false],
  ['of a file system that counts no files', disk(16, 0, 0), false],
  ['full', disk(0), true],
  ['nearly full', disk(15), true],
  ['without a file left', disk(1_000, 1_000, 0), true],
])('a disk %s', async (_what, found, isFull) => {
  vi.mocked(statfs).mockResolvedValue(found as never)
  const checked = requireRoomLeft(['/cache'], 'the build')
  if (!isFull) return expect(await checked).toBeUndefined()
  await expect(checked).rejects.toMatchObject({
    name: 'HostError',
    message: 'the build failed, and there is no space left in /cache',
  })
})

test('each folder counts', async () => {
  vi.mocked(statfs).mockImplementation((async (dir: string) => disk(dir === '/tmp' ? 0 : 100)) as never)
  await expect(requireRoomLeft(['/cache', '/tmp'], 'the build')).rejects.toThrow('/tmp')
})
