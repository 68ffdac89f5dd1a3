// SPDX-License-Identifier: MIT
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { everyFileBelow } from './below.ts'
import { sha256Of } from './hash.ts'
import { listFolder } from './listfolder.ts'
import * as look from './look.ts'
import { openIndex } from './statindex.ts'

// A machine's TMPDIR may be a tmpfs, whose stats are not trusted.
vi.mock('./localfs.ts', async (real) => ({
  ...(await real<typeof import('./localfs.ts')>()),
  isLocalDisk: (dir: string) => !dir.startsWith('/proc/'),
}))

vi.mock('./look.ts', { spy: true })

let top: string
let dir: string
let index: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-index-'))
  dir = join(top, 'tree')
  index = join(top, 'index')
  await mkdir(dir)
  await writeFile(join(dir, 'file'), 'good')
  await backdate(join(dir, 'file'))
})
afterEach(async () => {
  vi.clearAllMocks()
  await rm(top, { recursive: true, force: true })
})

/** Sets a time that can be restored to the nanosecond. */
const backdate = (path: string): Promise<void> => utimes(path, 1_000_000_000, 1_000_000_000)

const signal = new AbortController().signal
const HOUR = 3_600_000
const later = (ms: number) => () => Date.now() + ms

/** A whole look at the folder; which files it had to read. */
const lookAgain = async (now: () => number) => {
  const reads = vi.mocked(look.lookAt).mock.calls.length
  const opened = openIndex(index, dir, now)
  const listing = await listFolder(dir, everyFileBelow(dir), { signal, index: opened })
  await opened.save()
  const read = vi.mocked(look.lookAt).mock.calls.slice(reads)
  return { listing, read: read.map(([, path]) => path) }
}

/** Looks as if an hour had passed since the files were written, so that every stat is old enough. */
const lookFirst = () => lookAgain(later(HOUR))
const lookSecond = () => lookAgain(later(2 * HOUR))

const expectRead = async (hash: string, kind = '-') => {
  const { listing, read } = await lookSecond()
  expect(read).toEqual(['file'])
  expect(listing).toEqual([{ path: 'file', kind, hash }])
}

describe('the second look', () => {
  test('reads nothing when nothing changed, and writes no index', async () => {
    await writeFile(join(dir, 'other'), 'x')
    const first = await lookFirst()
    expect(first.read).toEqual(['file', 'other'])
    const { mtimeNs, ino } = await stat(index, { bigint: true })
    const second = await lookSecond()
    expect(second).toEqual({ listing: first.listing, read: [] })
    expect(await stat(index, { bigint: true })).toMatchObject({ mtimeNs, ino })
  })

  test('reads only what is new, and forgets what is gone', async () => {
    await writeFile(join(dir, 'old'), 'x')
    await lookFirst()
    await unlink(join(dir, 'old'))
    await writeFile(join(dir, 'new'), 'y')
    expect((await lookSecond()).read).toEqual(['new'])
    expect(await readFile(index, 'latin1')).not.toContain(' old\0')
  })
})

describe('a file is read again', () => {
  beforeEach(async () => {
    await lookFirst()
  })

  test('when its size and time were restored', async () => {
    await writeFile(join(dir, 'file'), 'evil')
    await backdate(join(dir, 'file'))
    await expectRead(sha256Of('evil'))
  })

  test('when another one with its size and time was put in its place', async () => {
    await writeFile(join(top, 'other'), 'evil')
    await backdate(join(top, 'other'))
    await rename(join(top, 'other'), join(dir, 'file'))
    await expectRead(sha256Of('evil'))
  })

  test('when it became executable', async () => {
    await chmod(join(dir, 'file'), 0o755)
    await expectRead(sha256Of('good'), 'x')
  })

  test('when it became a link', async () => {
    await unlink(join(dir, 'file'))
    await symlink('good', join(dir, 'file'))
    await expectRead(sha256Of('good'), 'l')
  })

  test('when a bit of the index is flipped, or its end is cut off', async () => {
    const whole = await readFile(index)
    for (const at of [0, 70, whole.length - 100, whole.length - 1]) {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1
      await writeFile(index, flipped)
      await expectRead(sha256Of('good'))
      await writeFile(index, whole.subarray(0, at))
      await expectRead(sha256Of('good'))
    }
  })

  test('when the index cannot be read', async () => {
    await rm(index)
    await mkdir(index)
    expect(openIndex(index, dir, later(HOUR)).known('file')).toBeUndefined()
  })

  test('when the index is of another folder', async () => {
    expect(openIndex(index, dir, later(HOUR)).known('file')).toBeDefined()
    await symlink(dir, join(top, 'same'))
    expect(openIndex(index, join(top, 'same'), later(HOUR)).known('file')).toBeUndefined()
  })

  test('when the clock was set back before the index was made', async () => {
    expect((await lookAgain(later(HOUR / 2))).read).toEqual(['file'])
  })
})

describe('a stat is not trusted', () => {
  test.each([
    [59_999, ['file']],
    [60_010, []],
  ])('until the file is a minute old: %i ms', async (age, read) => {
    const { ctimeMs } = await stat(join(dir, 'file'))
    await lookAgain(() => ctimeMs + age)
    expect((await lookSecond()).read).toEqual(read)
  })

  test('of a file that was written just before it was read', async () => {
    await lookAgain(Date.now)
    // The same stamp for other bytes, as within one tick of the clock.
    expect(await readFile(index, 'latin1')).not.toContain(' file\0')
    await expectRead(sha256Of('good'))
  })

  test('of a file with a time in the future', async () => {
    const future = new Date(Date.now() + 10 * HOUR)
    await utimes(join(dir, 'file'), future, future)
    await lookFirst()
    await expectRead(sha256Of('good'))
  })

  test('while the clock is set back to before the file was written', async () => {
    await lookFirst()
    let ms = Date.now() + 2 * HOUR
    const opened = openIndex(index, dir, () => ms)
    expect(opened.known('file')).toBeDefined()
    ms = Date.now() - HOUR
    expect(opened.known('file')).toBeUndefined()
    opened.learn(look.lookAt(dir, 'file'))
    ms += 4 * HOUR
    await opened.save()
    expect(openIndex(index, dir, () => ms).known('file')).toBeUndefined()
  })

  test('of a file system whose times another host may set', async () => {
    for (let nth = 0; nth < 2; nth++) {
      const opened = openIndex(index, '/proc/sys/kernel', later(HOUR))
      expect(opened.known('ostype')).toBeUndefined()
      opened.learn(look.lookAt('/proc/sys/kernel', 'ostype'))
      await opened.save()
    }
  })
})
