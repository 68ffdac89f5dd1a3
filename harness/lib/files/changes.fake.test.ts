// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isEdit, watchEdits } from './changes.ts'

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
afterEach(() => rm(root, { recursive: true, force: true }))

const watching = () =>
  watchEdits({ folders: [join(root, 'linux')], files: [join(root, 'x.patch')] }, (path) => {
    seen.push(path.slice(root.length + 1))
  })
const sees = (path: string) => vi.waitFor(() => expect(seen).toContain(path), 5_000)

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

test.each(['.zsmalloc.c.swp', 'zsmalloc.c~', '.#zsmalloc.c', '#zsmalloc.c#', '4913', '.git'])('%s is no edit', (name) =>
  expect(isEdit(name)).toBe(false),
)
test.each(['zsmalloc.c', 'Makefile', '.clang-format'])('%s may be one', (name) => expect(isEdit(name)).toBe(true))
