// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allTargets, dependentsOf } from './dependents.ts'

let dir: string
beforeAll(async () => {
  const src = await mkdtemp(join(tmpdir(), 'zsharness-dependents-'))
  dir = join(src, 'o')
  const records = {
    'mm/.zsmalloc.o.cmd':
      'source_mm/zsmalloc.o := ../mm/zsmalloc.c\n  ../mm/internal.h \\\n  ../include/linux/zpool.h \\\n',
    'fs/.a.o.cmd': '  ../fs/internal.h \\\n  ../fs/../include/linux/zpool.h \\\n',
    'tools/objtool/.check.o.cmd': 'cmd_x := gcc -c -o x/tools/objtool/check.o check.c\n',
    'arch/.unistd.h.cmd': 'cmd_arch/unistd.h := sh ../scripts/syscallhdr.sh ../arch/syscall_64.tbl arch/unistd.h\n',
    '..vmlinux.export.o.cmd': 'source_.vmlinux.export.o := .vmlinux.export.c\n',
  }
  for (const [name, text] of Object.entries(records)) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  await symlink('..', join(dir, 'source'))
})
afterAll(() => rm(join(dir, '..'), { recursive: true, force: true }))

test('every recorded target counts once, though a link leads to the source', async () => {
  expect([...(await allTargets(dir))].sort()).toEqual([
    '.vmlinux.export.o',
    'arch/unistd.h',
    'fs/a.o',
    'mm/zsmalloc.o',
    'tools/objtool/check.o',
  ])
})

test.each([
  ['mm/zsmalloc.c', ['mm/zsmalloc.o']],
  ['mm/internal.h', ['mm/zsmalloc.o']],
  ['fs/internal.h', ['fs/a.o']],
  ['include/linux/zpool.h', ['fs/a.o', 'mm/zsmalloc.o']],
  ['arch/syscall_64.tbl', ['arch/unistd.h']],
  ['tools/objtool/check.c', ['tools/objtool/check.o']],
  ['mm/malloc.c', []],
])('%s is read for %j', async (path, targets) => {
  expect([...(await dependentsOf(dir, { changed: [path], moved: [] }))].sort()).toEqual(targets)
})

test('a header that came or went may be meant wherever its name is', async () => {
  const found = await dependentsOf(dir, { changed: [], moved: ['net/internal.h'] })
  expect([...found].sort()).toEqual(['fs/a.o', 'mm/zsmalloc.o'])
})
