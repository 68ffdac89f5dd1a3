// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isEdit, unseenBelow, watchEdits } from './changes.ts'

const hooks = vi.hoisted(() => ({ afterRead: (_dir: string): void => undefined }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const readdirSync = (dir: string, options: { withFileTypes: true }) => {
    const found = real.readdirSync(dir, options)
    hooks.afterRead(dir)
    return found
  }
  return { ...real, readdirSync }
})

let root: string
let seen: string[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-changes-'))
  await mkdir(join(root, 'linux/mm'), { recursive: true })
  await mkdir(join(root, 'linux/.git'))
  await writeFile(join(root, 'linux/mm/zsmalloc.c'), 'a')
  await writeFile(join(root, 'x.patch'), 'a')
  seen = []
})
afterEach(async () => {
  hooks.afterRead = () => undefined
  await rm(root, { recursive: true, force: true })
})

const watchingOnly = (watched: Parameters<typeof watchEdits>[0]) =>
  watchEdits(watched, {
    onEdit: (path) => void seen.push(path.slice(root.length + 1)),
    onFailure: (error) => void seen.push(`${error}`),
  })
const watching = () => watchingOnly({ folders: [join(root, 'linux')], files: [join(root, 'x.patch')] })
const sees = (path: string) => vi.waitFor(() => expect(seen).toContain(path), 5_000)
/** Edits a file until that is seen. */
const seesEditOf = async (path: string) => {
  await settled()
  await vi.waitFor(async () => {
    await writeFile(join(root, path), `${Math.random()}`)
    expect(seen).toContain(path)
  }, 3_000)
}
/** Until earlier changes were told. */
const settled = async () => {
  await new Promise((resolve) => setTimeout(resolve, 200))
  seen.length = 0
}

test('an edit of a file, in place or by its replacement, is seen', async () => {
  using _watch = watching()
  await writeFile(join(root, 'linux/mm/zsmalloc.c'), 'b')
  await sees('linux/mm/zsmalloc.c')
  seen.length = 0
  await writeFile(join(root, 'linux/mm/.new'), 'c')
  await rename(join(root, 'linux/mm/.new'), join(root, 'linux/mm/zsmalloc.c'))
  await sees('linux/mm/zsmalloc.c')
})

test('so is a patch that an editor replaces, again and again', async () => {
  using _watch = watching()
  for (const text of ['b', 'c']) {
    seen.length = 0
    await writeFile(join(root, 'x.tmp'), text)
    await rename(join(root, 'x.tmp'), join(root, 'x.patch'))
    await sees('x.patch')
  }
})

test('a file in a new folder is seen, one that goes too', async () => {
  using _watch = watching()
  await mkdir(join(root, 'linux/new/sub'), { recursive: true })
  await sees('linux/new')
  await vi.waitFor(async () => {
    await writeFile(join(root, 'linux/new/sub/a.c'), `${Math.random()}`)
    expect(seen).toContain('linux/new/sub/a.c')
  }, 5_000)
  await rm(join(root, 'linux/mm/zsmalloc.c'))
  await sees('linux/mm/zsmalloc.c')
})

test("git's own files, other files beside a patch, and what comes after the end are not", async () => {
  {
    using _watch = watching()
    await writeFile(join(root, 'linux/.git/index'), 'b')
    await writeFile(join(root, 'other.patch'), 'b')
    await writeFile(join(root, 'x.patch'), 'b')
    await sees('x.patch')
  }
  await writeFile(join(root, 'linux/mm/zsmalloc.c'), 'b')
  expect(new Set(seen)).toEqual(new Set(['x.patch']))
})

test('a folder that was removed and made again is watched again, again and again', async () => {
  await mkdir(join(root, 'linux/mm/zs/deep'), { recursive: true })
  using _watch = watching()
  for (let nth = 0; nth < 2; nth++) {
    await rm(join(root, 'linux/mm/zs'), { recursive: true })
    await mkdir(join(root, 'linux/mm/zs/deep'), { recursive: true })
    await seesEditOf('linux/mm/zs/a.c')
    await seesEditOf('linux/mm/zs/deep/a.c')
  }
})

test('so is one that was moved away, and the top folder', async () => {
  using _watch = watching()
  for (const dir of ['linux/mm', 'linux']) {
    await rename(join(root, dir), join(root, `old-${dir.length}`))
    await mkdir(join(root, 'linux/mm'), { recursive: true })
    await seesEditOf('linux/mm/zsmalloc.c')
  }
  await settled()
  await writeFile(join(root, 'old-5/mm/zsmalloc.c'), 'b')
  await settled()
  expect(seen).toEqual([])
})

test('so is the folder of a patch', async () => {
  await mkdir(join(root, 'mine'))
  await writeFile(join(root, 'mine/y.patch'), 'a')
  using _watch = watchingOnly({ folders: [], files: [join(root, 'mine/y.patch')] })
  await rm(join(root, 'mine'), { recursive: true })
  await mkdir(join(root, 'mine'))
  await seesEditOf('mine/y.patch')
})

test('a folder that is made while its parent is read is not missed', async () => {
  hooks.afterRead = (dir) => {
    if (dir === join(root, 'linux/mm')) mkdirSync(join(dir, 'late'), { recursive: true })
  }
  using _watch = watching()
  hooks.afterRead = () => undefined
  await seesEditOf('linux/mm/late/a.c')
})

test('the file that a patch leads to as a link, or a link in a folder, is watched, and a new one too', async () => {
  for (const dir of ['real', 'other', 'series']) await mkdir(join(root, dir))
  for (const file of ['real/a', 'real/b', 'other/a']) await writeFile(join(root, file), 'a')
  await symlink('real/a', join(root, 'step'))
  await symlink('step', join(root, 'link.patch'))
  await symlink('../real/b', join(root, 'series/b.patch'))
  using _watch = watchingOnly({ folders: [join(root, 'series')], files: [join(root, 'link.patch')] })
  await seesEditOf('real/a')
  await seesEditOf('real/b')
  await symlink('other/a', join(root, 'new'))
  await rename(join(root, 'new'), join(root, 'step'))
  await sees('step')
  await seesEditOf('other/a')
})

test('where another host may edit is told', () => {
  expect(unseenBelow({ folders: [root, '/proc/self'], files: [join(root, 'none')] })).toEqual(['/proc/self'])
})

test.each(['.zsmalloc.c.swp', 'zsmalloc.c~', '.#zsmalloc.c', '#zsmalloc.c#', '4913', '.git'])('%s is no edit', (name) =>
  expect(isEdit(name)).toBe(false),
)
test.each(['zsmalloc.c', 'Makefile', '.clang-format'])('%s may be one', (name) => expect(isEdit(name)).toBe(true))
