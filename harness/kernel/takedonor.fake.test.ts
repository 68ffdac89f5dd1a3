// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeMeta } from '../lib/cache/meta.ts'
import { lockFile } from '../lib/cache/store.ts'
import { tryLock } from '../lib/locks/lock.ts'
import type { BuildIdentity } from './donor.ts'
import { takeDonor } from './takedonor.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-donors-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const SAME = { arch: 'x86_64', toolchain: 'gcc', listing: 'l' }
const want: BuildIdentity = { ...SAME, options: ['CONFIG_ZSWAP=y', 'CONFIG_COMPACTION=y'] }

/** A finished build of three objects, all of which depend on COMPACTION and one on ZSWAP. */
const build = async (key: string, options: readonly string[]) => {
  const dir = join(root, key, 'src/o/mm')
  await mkdir(dir, { recursive: true })
  for (const name of ['a', 'b', 'c']) {
    const zswap = name === 'a' ? '$(wildcard include/config/ZSWAP) ' : ''
    await writeFile(join(dir, `.${name}.o.cmd`), `${zswap}$(wildcard include/config/COMPACTION)\n`)
  }
  const meta = { ...SAME, key, options }
  await writeMeta(root, key, meta)
  return { meta, differing: [] }
}

const noZswap = ['# CONFIG_ZSWAP is not set', '# CONFIG_ZPOOL is not set', 'CONFIG_COMPACTION=y']
const noCompaction = ['CONFIG_ZSWAP=y', '# CONFIG_COMPACTION is not set']

test('the objects decide, not how many options differ', async () => {
  const builds = [await build('no-compaction', noCompaction), await build('no-zswap', noZswap)]
  await using donor = await takeDonor(root, want, builds)
  expect(donor?.meta.key).toBe('no-zswap')
  expect(await tryLock(lockFile(root, 'no-zswap'))).toBeUndefined()
  await using other = await tryLock(lockFile(root, 'no-compaction'))
  expect(other).toBeDefined()
})

test('a build that is being removed cannot be the donor', async () => {
  const builds = [await build('no-compaction', noCompaction), await build('no-zswap', noZswap)]
  await using _removing = await tryLock(lockFile(root, 'no-zswap'))
  await using donor = await takeDonor(root, want, builds)
  expect(donor?.meta.key).toBe('no-compaction')
})

test('a build that another run has evicted since it was listed cannot be the donor', async () => {
  const builds = [await build('no-compaction', noCompaction), await build('no-zswap', noZswap)]
  for (const path of ['no-zswap', 'no-zswap.json']) await rm(join(root, path), { recursive: true })
  await using donor = await takeDonor(root, want, builds)
  expect(donor?.meta.key).toBe('no-compaction')
})

test('without builds there is no donor', async () => expect(await takeDonor(root, want, [])).toBeUndefined())
