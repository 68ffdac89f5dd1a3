// SPDX-License-Identifier: MIT
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blobPath } from '../../lib/cache/blobs.ts'
import { blobsRoot } from '../../lib/cache/listed.ts'
import { metaFile } from '../../lib/cache/meta.ts'
import { exists } from '../../lib/files/exists.ts'
import type { ListedFile } from '../../lib/files/look.ts'
import { recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import type { Patch } from '../series/model.ts'
import { obtainSource } from '../series/source.ts'
import { checkoutFiles, listingOf, requireFiles } from './files.ts'
import type { TreeEntry } from './model.ts'
import { parseTreeSpec } from './spec.ts'
import { obtainTree } from './tree.ts'

let root: string
let cache: string
const context = recordingContext()
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-intact-'))
  cache = join(root, 'cache')
  writeFakeTree(join(root, 'linux'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const obtained = (): Promise<TreeEntry> => obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })

const signal = new AbortController().signal
const fileOf = async (tree: TreeEntry, path: string): Promise<ListedFile> =>
  (await listingOf(cache, tree.meta.listing, signal)).find((one) => one.path === path)!

/** Changes one byte of a blob as a bad disk would: the size and the times stay. */
const damage = async (content: Omit<ListedFile, 'path'>): Promise<void> => {
  const path = blobPath(blobsRoot(cache), content)
  const { atime, mtime, mode } = await stat(path)
  const bytes = await readFile(path)
  bytes[0]! ^= 1
  await rm(path)
  await writeFile(path, bytes, { mode })
  await utimes(path, atime, mtime)
}

const check = async (tree: TreeEntry): Promise<void> => {
  const listing = await listingOf(cache, tree.meta.listing, signal)
  const dir = join(root, randomUUID())
  await checkoutFiles(cache, listing, dir, signal)
  await requireFiles(cache, listing, dir, signal)
}

const DAMAGED = { name: 'HostError', message: expect.stringContaining('the cache is damaged') }

describe('a tree', () => {
  test('is what it was, and stays in the cache', async () => {
    {
      await using tree = await obtained()
      await check(tree)
    }
    await using again = await obtained()
    expect(again.cached).toBe(true)
  })

  test.each([
    ['a damaged byte in a file', async (tree: TreeEntry) => damage(await fileOf(tree, 'mm/zsmalloc.c'))],
    ['a damaged byte in its listing', (tree: TreeEntry) => damage({ kind: '-', hash: tree.meta.listing })],
    [
      'a file that is gone',
      async (tree: TreeEntry) => rm(blobPath(blobsRoot(cache), await fileOf(tree, 'mm/zsmalloc.c'))),
    ],
    [
      'a listing that is gone',
      (tree: TreeEntry) => rm(blobPath(blobsRoot(cache), { kind: '-', hash: tree.meta.listing })),
    ],
  ])('with %s is made again', async (_what, spoil) => {
    {
      await using tree = await obtained()
      await spoil(tree)
      await expect(check(tree)).rejects.toMatchObject(DAMAGED)
    }
    await using again = await obtained()
    expect(again.cached).toBe(false)
    await check(again)
  })
})

const patch: Patch = {
  file: 'x.patch',
  subject: 'x',
  sha256: 'x',
  reverse: false,
  text: '--- a/mm/zsmalloc.c\n+++ b/mm/zsmalloc.c\n@@ -1 +1 @@\n-never there\n+x\n',
} as Patch

test('a patch is not blamed for a damaged file, and no source of it is kept', async () => {
  await using tree = await obtained()
  await using plain = await obtainSource(tree, [], { cache, context })
  await expect(obtainSource(tree, [patch], { cache, context })).rejects.toMatchObject({ name: 'UsageError' })
  await damage(await fileOf(tree, 'mm/zsmalloc.c'))
  await expect(obtainSource(tree, [patch], { cache, context })).rejects.toMatchObject(DAMAGED)
  expect(await exists(metaFile(join(cache, 'sources'), plain.meta.key))).toBe(false)
})
