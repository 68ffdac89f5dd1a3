// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import type { Patch } from '../series/model.ts'
import { obtainSource } from '../series/source.ts'
import { originalOf, requireOriginal } from './intact.ts'
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

/** Changes one byte as a bad disk would: the size and the times stay. */
const damage = async (path: string): Promise<void> => {
  const { atime, mtime, mode } = await stat(path)
  const bytes = await readFile(path)
  bytes[0]! ^= 1
  await rm(path)
  await writeFile(path, bytes, { mode })
  await utimes(path, atime, mtime)
}

const check = (tree: TreeEntry): Promise<void> => requireOriginal(cache, originalOf(tree), tree.dir, context.signal)

const DAMAGED = { name: 'HostError', message: expect.stringContaining('the tree in the cache is damaged') }

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
    ['a file', (tree: TreeEntry) => join(tree.dir, 'mm/zsmalloc.c')],
    ['its listing', (tree: TreeEntry) => tree.listing],
  ])('with a damaged byte in %s is made again', async (_what, path) => {
    {
      await using tree = await obtained()
      await damage(path(tree))
      await expect(check(tree)).rejects.toMatchObject(DAMAGED)
    }
    await using again = await obtained()
    expect(again.cached).toBe(false)
    await check(again)
  })

  test('with a file that is gone is made again', async () => {
    await using tree = await obtained()
    await rm(join(tree.dir, 'Kconfig'))
    await expect(check(tree)).rejects.toMatchObject({ message: expect.stringContaining('Kconfig') })
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
  await using _plain = await obtainSource(tree, [], { cache, context })
  await expect(obtainSource(tree, [patch], { cache, context })).rejects.toMatchObject({ name: 'UsageError' })
  await damage(join(tree.dir, 'mm/zsmalloc.c'))
  await expect(obtainSource(tree, [patch], { cache, context })).rejects.toMatchObject(DAMAGED)
  await expect(stat(join(cache, 'sources', `${_plain.meta.key}.json`))).rejects.toMatchObject({ code: 'ENOENT' })
})
