// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HarnessError, UsageError } from '../../model/errors.ts'
import { exec, numberedLines, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import type { TreeEntry } from '../tree/model.ts'
import { parseTreeSpec } from '../tree/spec.ts'
import { obtainTree } from '../tree/tree.ts'
import { readPatches } from './files.ts'
import type { Patch } from './model.ts'
import type { Applicability } from './schema.ts'
import { obtainSource } from './source.ts'

let root: string
let cache: string
let tree: TreeEntry
const context = recordingContext()
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-source-'))
  // A cache inside somebody's checkout: there git apply would skip every file and call it success.
  exec(root, 'git', 'init', '-q')
  cache = join(root, 'cache')
  writeFakeTree(join(root, 'linux'))
  tree = await unfolded(cache, await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context }))
})
afterEach(async () => {
  await tree[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

type Edit = (line: number) => string
const line: Edit = (n) => `int line_${n};`
const change =
  (...changed: number[]): Edit =>
  (n) =>
    changed.includes(n) ? `int changed_${n};` : line(n)

/** The patch from one text of mm/zsmalloc.c to another. */
const patchOf = async (from: Edit, to: Edit, path = 'mm/zsmalloc.c'): Promise<Patch> => {
  for (const [side, edit] of [
    ['a', from],
    ['b', to],
  ] as const) {
    mkdirSync(join(root, side, path, '..'), { recursive: true })
    writeFileSync(join(root, side, path), numberedLines(edit))
  }
  try {
    exec(root, 'git', 'diff', '--no-index', '--no-prefix', '--output=x.patch', `a/${path}`, `b/${path}`)
  } catch {
    // git diff says by its exit code that there is a difference.
  }
  return (await readPatches(join(root, 'x.patch')))[0]!
}
const source = async (patches: readonly Patch[], state?: Applicability) =>
  unfolded(cache, await obtainSource(tree, patches, { cache, context, state }))
const refusal = async (patches: readonly Patch[], state?: Applicability): Promise<UsageError> => {
  const error = await source(patches, state).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(UsageError)
  const left = readdirSync(join(cache, 'sources')).filter((name) => !name.endsWith('.lock'))
  expect(left).toEqual([])
  return error as UsageError
}
const content = (dir: string): string => readFileSync(join(dir, 'mm/zsmalloc.c'), 'utf8')

describe('obtainSource', () => {
  test('applies patches to a linked copy and does not change the tree', async () => {
    const patch = await patchOf(line, change(3, 25))
    await using patched = await source([patch])
    expect(content(patched.dir)).toBe(numberedLines(change(3, 25)))
    expect(content(tree.dir)).toBe(numberedLines(line))
    expect(statSync(join(patched.dir, 'Kconfig')).ino).toBe(statSync(join(tree.dir, 'Kconfig')).ino)
    expect(patched.meta).toMatchObject({ treeKey: tree.meta.key, version: '6.1.7' })
    expect(Object.entries(patched.meta.patchedFiles)).toEqual([
      ['mm/zsmalloc.c', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ])
    await using again = await source([patch])
    expect(again.cached).toBe(true)
  })

  test('a change of mode alone, a new and a removed file leave the tree too', async () => {
    const text = `diff --git a/Kconfig b/Kconfig
old mode 100644
new mode 100755
diff --git a/mm/zsmalloc.c b/mm/zsmalloc.c
deleted file mode 100644
--- a/mm/zsmalloc.c
+++ /dev/null
@@ -1,30 +0,0 @@
${numberedLines().replace(/^/gm, '-').replace(/-$/, '')}diff --git a/mm/new.c b/mm/new.c
new file mode 100644
--- /dev/null
+++ b/mm/new.c
@@ -0,0 +1 @@
+int n;
`
    writeFileSync(join(root, 'p'), text)
    await using patched = await source(await readPatches(join(root, 'p')))
    expect(patched.meta.patchedFiles['mm/zsmalloc.c']).toBeNull()
    expect(patched.meta.patchedFiles['mm/new.c']).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(join(tree.dir, 'Kconfig')).mode & 0o777).toBe(0o644)
    expect(statSync(join(patched.dir, 'Kconfig')).mode & 0o777).toBe(0o755)
    expect(content(tree.dir)).toBe(numberedLines())
    expect(existsSync(join(tree.dir, 'mm/new.c'))).toBe(false)
  })

  test('legs differ in key; no patch is the tree; a patch and its reverse are nothing', async () => {
    const patch = await patchOf(line, change(3))
    await using bare = await source([])
    await using both = await source([patch, { ...patch, reverse: true }])
    expect(bare.meta.patchedFiles).toEqual({})
    expect(both.meta.patchedFiles).toEqual({})
    expect(new Set([bare.meta.key, both.meta.key]).size).toBe(2)
    expect([bare.meta.listing, both.meta.listing]).toEqual([tree.meta.listing, tree.meta.listing])
    expect(content(both.dir)).toBe(content(tree.dir))
  })

  test('hunks move by an offset, as git lets them', async () => {
    const patch = await patchOf(
      (n) => (n === 1 ? 'int a;\nint b;\nint line_1;' : line(n)),
      (n) => (n === 1 ? 'int a;\nint b;\nint line_1;' : change(25)(n)),
    )
    await using patched = await source([patch])
    expect(content(patched.dir)).toBe(numberedLines(change(25)))
  })
})

describe('a patch that does not apply', () => {
  const state = (name: Applicability['state'], note: string): Applicability => ({ versions: '*', state: name, note })

  test('is applied already', async () => {
    const patch = await patchOf(change(3), line)
    const error = await refusal([patch])
    expect(error.message).toMatch(
      /^x.patch \("x.patch"\): mm\/zsmalloc.c hunk #1 \(@@ -1,6 \+1,6 @@\) does not apply to 6.1.7: it is already applied/,
    )
    await using undone = await source([{ ...patch, reverse: true }])
    expect(content(undone.dir)).toBe(numberedLines(change(3)))
  })

  test('is applied already except for one hunk', async () => {
    const other: Edit = (n) => (n === 28 ? 'int another_28;' : line(n))
    const error = await refusal([await patchOf(change(3, 15, 28), other)])
    expect(error.message).toContain('it is already applied except for hunk #3')
  })

  test('needs code that does not exist', async () => {
    const newer: Edit = (n) => (n === 15 ? 'zs_reclaim_page(pool);' : line(n))
    const patch = await patchOf(newer, (n) => (n === 15 ? 'zs_reclaim_page(pool, 1);' : line(n)))
    expect((await refusal([patch])).message).toContain(
      'hunk #1 (@@ -12,7 +12,7 @@ int line_11;) does not apply to 6.1.7: the code that it changes does not exist here; absent: zs_reclaim_page, pool',
    )
    expect((await refusal([patch], state('needs-base', 'since 6.2-rc1'))).message).toContain(
      'a prerequisite is missing: since 6.2-rc1; absent here: zs_reclaim_page',
    )
    expect((await refusal([patch], state('code-gone', 'removed in 6.5'))).message).toContain(
      'the code is gone: removed in 6.5',
    )
  })

  test('meets other lines', async () => {
    const swapped: Edit = (n) => line(n === 14 ? 16 : n === 16 ? 14 : n)
    const error = await refusal([await patchOf(swapped, (n) => (n === 15 ? 'int changed_15;' : swapped(n)))])
    expect(error.message).toContain('a real conflict')
  })

  test('lost its tabs in transit', async () => {
    writeFileSync(
      join(root, 'linux/mm/zsmalloc.c'),
      numberedLines((n) => `\tint line_${n};`),
    )
    await using tabbed = await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
    const blanks: Edit = (n) => `        ${line(n)}`
    const patch = await patchOf(blanks, (n) => (n === 3 ? '        int x;' : blanks(n)))
    await expect(obtainSource(tabbed, [patch], { cache, context })).rejects.toThrow('only white space differs')
  })

  test('is for another file', async () => {
    const error = await refusal([await patchOf(line, change(3), 'drivers/net/foo.c')])
    expect(error.message).toContain('drivers/net/foo.c does not apply to 6.1.7: this tree has no such file')
    expect(error.hint).toContain('is it a patch for the kernel')
  })

  test('makes a file that exists', async () => {
    writeFileSync(join(root, 'p'), '--- /dev/null\n+++ b/Kconfig\n@@ -0,0 +1 @@\n+x\n')
    expect((await refusal(await readPatches(join(root, 'p')))).message).toContain('already exists, with other content')
  })

  test('writes through a link out of the tree', async () => {
    exec(root, 'ln', '-s', root, 'linux/out')
    await using linked = await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
    writeFileSync(join(root, 'p'), '--- /dev/null\n+++ b/out/evil\n@@ -0,0 +1 @@\n+x\n')
    const patches = await readPatches(join(root, 'p'))
    await expect(obtainSource(linked, patches, { cache, context })).rejects.toBeInstanceOf(HarnessError)
    expect(existsSync(join(root, 'evil'))).toBe(false)
  })
})

describe('a patch that makes a link', () => {
  const link = (path: string, target: string): string =>
    `diff --git a/${path} b/${path}
new file mode 120000
--- /dev/null
+++ b/${path}
@@ -0,0 +1 @@
+${target}
\\ No newline at end of file
`
  const put = (text: string): string => {
    writeFileSync(join(root, 'p'), text)
    return join(root, 'p')
  }

  test.each([
    ['mm/zero.c', '/dev/zero'],
    ['mm/up.c', '../../etc/passwd'],
    ['top', '..'],
    ['mm/a', 'b/../../../x'],
  ])('%s -> %s: out of the tree', async (path, target) => {
    await expect(readPatches(put(link(path, target)))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^\S+p:1: the link .* points out of the tree, to /),
      hint: 'link only to files of the kernel',
    })
  })

  test('inside the tree is taken by where it points, not by what is there', async () => {
    await using patched = await source(await readPatches(put(link('mm/same.c', '../Kconfig'))))
    const sha = exec(root, 'sha256sum', 'linux/Kconfig').slice(0, 64)
    expect(patched.meta.patchedFiles['mm/same.c']).toMatch(/^[0-9a-f]{64}$/)
    expect(patched.meta.patchedFiles['mm/same.c']).not.toBe(sha)
  })

  test.each([
    [
      'is turned out of the tree without its mode',
      '--- a/mm/l\n+++ b/mm/l\n@@ -1 +1 @@\n-../Kconfig\n\\ No newline at end of file\n+/dev/zero\n\\ No newline at end of file\n',
    ],
    [
      'is moved, so that it points out',
      'diff --git a/mm/l b/l\nsimilarity index 100%\nrename from mm/l\nrename to l\n',
    ],
  ])('one of the tree %s', async (_, text) => {
    exec(root, 'ln', '-s', '../Kconfig', 'linux/mm/l')
    await using linked = await obtainTree(parseTreeSpec(`dir:${join(root, 'linux')}`), { cache, context })
    const patches = await readPatches(put(text))
    await expect(obtainSource(linked, patches, { cache, context })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('a link out of the tree'),
    })
  })

  test.each(['160000', '040000', '100666'])('mode %s is refused', async (mode) => {
    await expect(readPatches(put(link('x', 'y').replace('120000', mode)))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`p:2: mode ${mode} is not that of a file or a link`),
    })
  })
})

test('a patched file may have any name', async () => {
  writeFileSync(join(root, 'p'), '--- /dev/null\n+++ b/__proto__\n@@ -0,0 +1 @@\n+x\n')
  await using patched = await source(await readPatches(join(root, 'p')))
  expect(Object.entries(patched.meta.patchedFiles)).toEqual([['__proto__', expect.stringMatching(/^[0-9a-f]{64}$/)]])
})

test('a patch that never ends is refused', async () => {
  await expect(readPatches('/dev/zero')).rejects.toMatchObject({
    exitCode: 2,
    message: '/dev/zero: larger than 100 MiB',
  })
})

describe('what git could run or obey', () => {
  const added = (path: string, text: string): string => {
    const lines = text.split('\n').slice(0, -1)
    return `diff --git a/${path} b/${path}
new file mode 100644
--- /dev/null
+++ b/${path}
@@ -0,0 +1,${lines.length} @@
${lines.map((one) => `+${one}\n`).join('')}`
  }

  test('a repository that a patch makes runs no program when the next patch is applied', async () => {
    const ran = join(root, 'ran')
    const config = `[core]\n\trepositoryformatversion = 0\n[filter "x"]\n\tsmudge = touch ${ran}; cat\n`
    const repository = [
      added('.no-repository/HEAD', 'ref: refs/heads/master\n'),
      added('.no-repository/config', config),
      added('.no-repository/objects/k', 'x\n'),
      added('.no-repository/refs/k', 'x\n'),
      added('.git/HEAD', 'ref: refs/heads/master\n'),
      added('.gitattributes', '* filter=x\n'),
    ]
    writeFileSync(join(root, 'evil'), repository.filter((text) => !text.includes('b/.git/')).join(''))
    const patches = [...(await readPatches(join(root, 'evil'))), await patchOf(line, change(3))]
    await using patched = await source(patches)
    expect(content(patched.dir)).toBe(numberedLines(change(3)))
    expect(existsSync(ran)).toBe(false)
  })

  test("the user's attributes change no line", async () => {
    mkdirSync(join(root, 'home/.config/git'), { recursive: true })
    writeFileSync(join(root, 'home/.config/git/attributes'), '* text eol=crlf\n')
    vi.stubEnv('HOME', join(root, 'home'))
    vi.stubEnv('XDG_CONFIG_HOME', join(root, 'home/.config'))
    try {
      await using patched = await source([await patchOf(line, change(3))])
      expect(content(patched.dir)).toBe(numberedLines(change(3)))
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
