// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ChangedError, type SeenFile } from '../../lib/files/look.ts'
import { exec, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { filesBelow } from './dirfiles.ts'
import { parseTreeSpec } from './spec.ts'
import { obtainTree } from './tree.ts'

// A writer at the wrong moment: after the files were listed, before they are stored.
const edit = vi.hoisted(() => ({
  now: (_nth: number): unknown => undefined,
  /** After this file was read, and others were not. */
  after: (_path: string): unknown => undefined,
  nth: 0,
}))
vi.mock('../../lib/files/listfolder.ts', async (real) => {
  const actual = await real<typeof import('../../lib/files/listfolder.ts')>()
  const listFolder: typeof actual.listFolder = async (dir, paths, { signal, index }) => {
    const learn = (seen: SeenFile): void => {
      index?.learn(seen)
      edit.after(seen.path)
    }
    const listing = await actual.listFolder(dir, paths, { signal, index: index && { ...index, learn } })
    edit.now(++edit.nth)
    return listing
  }
  return { ...actual, listFolder }
})

let root: string
let dir: string
let cache: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-dir-'))
  dir = join(root, 'linux')
  cache = join(root, 'cache')
  writeFakeTree(dir)
})
afterEach(async () => {
  Object.assign(edit, { now: () => undefined, after: () => undefined, nth: 0 })
  await rm(root, { recursive: true, force: true })
})

const obtain = async (path = dir) =>
  unfolded(cache, await obtainTree(parseTreeSpec(`dir:${path}`), { cache, context: recordingContext() }))
const keyOf = async (): Promise<string> => {
  await using tree = await obtain()
  return tree.meta.key
}
const put = (name: string, text: string): void => {
  mkdirSync(join(dir, name, '..'), { recursive: true })
  writeFileSync(join(dir, name), text)
}
const commit = (): void => {
  exec(dir, 'git', 'init', '-q')
  exec(dir, 'git', 'add', '.')
  exec(dir, 'git', 'commit', '-qm', 'base')
}
/** Every byte, name and time below the folder. */
const snapshot = (): string =>
  exec(root, 'sh', '-c', 'cd linux && find . -type f -printf "%p %T@ %m\\n" -exec sha256sum {} \\; | sort')

describe('a plain folder', () => {
  test('is copied completely and not changed', async () => {
    exec(dir, 'ln', '-s', 'mm', 'link')
    const before = snapshot()
    await using tree = await obtain()
    expect(tree.meta).toMatchObject({ version: '6.1.7', origin: `${dir}, a plain folder` })
    expect(exec(root, 'diff', '-r', '--no-dereference', dir, tree.dir)).toBe('')
    expect(snapshot()).toBe(before)
  })

  test('is keyed by content, modes and names, not by times', async () => {
    const first = await keyOf()
    utimesSync(join(dir, 'Kconfig'), 1, 1)
    expect(await keyOf()).toBe(first)
    exec(dir, 'chmod', '+x', 'Kconfig')
    const second = await keyOf()
    put('mm/zsmalloc.c', 'int x;\n')
    const third = await keyOf()
    exec(dir, 'mv', 'mm/zsmalloc.c', 'mm/zs.c')
    expect(new Set([first, second, third, await keyOf()]).size).toBe(4)
  })

  test.each([
    ['no Makefile', 'Makefile', 'it has no Makefile'],
    ['no Kconfig', 'Kconfig', 'it has no Kconfig'],
    ['no mm', 'mm', 'it has no mm'],
  ])('%s: no kernel', async (_, name, why) => {
    rmSync(join(dir, name), { recursive: true })
    await expect(obtain()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(why),
      hint: expect.stringContaining('top folder'),
    })
  })

  test('no folder, a file, another Makefile, a tree that was built in', async () => {
    await expect(obtain(join(root, 'none'))).rejects.toThrow('does not exist')
    await expect(obtain(join(dir, 'Makefile'))).rejects.toThrow('did you mean tar:')
    put('.config', '')
    await expect(obtain()).rejects.toMatchObject({ exitCode: 2, hint: expect.stringContaining('make mrproper') })
    put('Makefile', 'all:\n')
    await expect(obtain()).rejects.toThrow('sets no VERSION and PATCHLEVEL')
  })
})

describe('a git work tree', () => {
  test('is taken with its changes and new files, without build products and removed files', async () => {
    put('.gitignore', '*.o\n.config\n')
    put('mm/gone.c', 'x')
    commit()
    put('mm/zsmalloc.c', 'int changed;\n')
    put('mm/new.c', 'int n;\n')
    put('mm/x.o', 'object')
    put('.config', 'CONFIG_X=y')
    rmSync(join(dir, 'mm/gone.c'))
    const before = snapshot()
    await using tree = await obtain()
    expect(snapshot()).toBe(before)
    expect(tree.meta.origin).toMatch(/git [0-9a-f]{12} with local changes$/)
    expect(exec(tree.dir, 'find', '.', '-type', 'f').split('\n').sort().join(' ').trim()).toBe(
      './.gitignore ./Kconfig ./Makefile ./mm/new.c ./mm/zsmalloc.c',
    )
    expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toBe('int changed;\n')
    expect(existsSync(join(tree.dir, '.git'))).toBe(false)
  })

  test('is keyed by what it holds; its index is not touched', async () => {
    commit()
    const index = readFileSync(join(dir, '.git/index'))
    const clean = await keyOf()
    utimesSync(join(dir, 'Kconfig'), 1, 1)
    expect(await keyOf()).toBe(clean)
    expect(readFileSync(join(dir, '.git/index')).equals(index)).toBe(true)
    put('mm/zsmalloc.c', 'int changed;\n')
    const changed = await keyOf()
    put('mm/new.c', 'int n;\n')
    const added = await keyOf()
    put('mm/new.c', 'int m;\n')
    expect(new Set([clean, changed, added, await keyOf()]).size).toBe(4)
  })

  test('one that only surrounds the folder does not count', async () => {
    exec(root, 'git', 'init', '-q')
    await using tree = await obtain()
    expect(tree.meta.origin).toContain('a plain folder')
  })

  test('a folder of a larger repository is taken alone', async () => {
    writeFileSync(join(root, 'README'), 'x')
    exec(root, 'git', 'init', '-q')
    exec(root, 'git', 'add', 'README', 'linux')
    exec(root, 'git', 'commit', '-qm', 'base')
    await using tree = await obtain()
    expect(tree.meta.origin).toMatch(/git [0-9a-f]{12}$/)
    expect(exec(root, 'diff', '-r', dir, tree.dir)).toBe('')
  })
})

describe('a git work tree hides nothing: the key changes with the content, and the copy has it', () => {
  const set = (name: string, value: string): string => exec(dir, 'git', 'config', name, value)
  const edited = 'int line_1;\nint EDITED;\n'
  test.each<[string, () => void]>([
    ['assume-unchanged', () => exec(dir, 'git', 'update-index', '--assume-unchanged', 'mm/zsmalloc.c')],
    ['skip-worktree', () => exec(dir, 'git', 'update-index', '--skip-worktree', 'mm/zsmalloc.c')],
    [
      'core.ignoreStat',
      () => {
        set('core.ignoreStat', 'true')
        exec(dir, 'git', 'update-index', '--really-refresh')
        exec(dir, 'git', 'update-index', 'mm/zsmalloc.c')
        exec(dir, 'git', 'update-index', '--assume-unchanged', 'mm/zsmalloc.c')
      },
    ],
    [
      'a clean filter',
      () => {
        set('filter.same.clean', 'git show HEAD:mm/zsmalloc.c')
        put('.git/info/attributes', '*.c filter=same\n')
      },
    ],
    ['a fsmonitor that sees nothing', () => set('core.fsmonitor', 'true')],
  ])('%s', async (_, hide) => {
    commit()
    const clean = await keyOf()
    hide()
    put('mm/zsmalloc.c', edited)
    await using tree = await obtain()
    expect(tree.meta.key).not.toBe(clean)
    expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toBe(edited)
  })

  test.each([
    ['core.autocrlf', () => set('core.autocrlf', 'input')],
    ['eol in .git/info/attributes', () => put('.git/info/attributes', '*.c text eol=lf\n')],
  ])('%s: CRLF is other content than LF', async (_, hide) => {
    commit()
    hide()
    const clean = await keyOf()
    put('mm/zsmalloc.c', readFileSync(join(dir, 'mm/zsmalloc.c'), 'utf8').replaceAll('\n', '\r\n'))
    await using tree = await obtain()
    expect(tree.meta.key).not.toBe(clean)
    expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toContain('\r\n')
  })

  test('core.fileMode: an executable file is another one', async () => {
    commit()
    set('core.fileMode', 'false')
    const clean = await keyOf()
    exec(dir, 'chmod', '+x', 'Kconfig')
    expect(await keyOf()).not.toBe(clean)
  })

  test('the same size and time', async () => {
    commit()
    set('core.trustctime', 'false')
    const clean = await keyOf()
    const { mtime } = statSync(join(dir, 'mm/zsmalloc.c'))
    put('mm/zsmalloc.c', readFileSync(join(dir, 'mm/zsmalloc.c'), 'utf8').replace('line_1;', 'lin_e1;'))
    utimesSync(join(dir, 'mm/zsmalloc.c'), mtime, mtime)
    expect(await keyOf()).not.toBe(clean)
  })

  test('a repository inside, as a submodule has it: its files count, its .git is not copied', async () => {
    put('drivers/sub/x.c', 'int x;\n')
    exec(join(dir, 'drivers/sub'), 'git', 'init', '-q')
    exec(join(dir, 'drivers/sub'), 'git', 'add', '.')
    exec(join(dir, 'drivers/sub'), 'git', 'commit', '-qm', 'sub')
    commit()
    const first = await keyOf()
    put('drivers/sub/x.c', 'int y;\n')
    await using tree = await obtain()
    expect(tree.meta.key).not.toBe(first)
    expect(readFileSync(join(tree.dir, 'drivers/sub/x.c'), 'utf8')).toBe('int y;\n')
    expect(existsSync(join(tree.dir, 'drivers/sub/.git'))).toBe(false)
  })

  test('a sparse checkout is what is on the disk, and says so', async () => {
    put('drivers/x.c', 'int x;\n')
    commit()
    exec(dir, 'git', 'sparse-checkout', 'set', '--no-cone', '/*', '!drivers/')
    await using tree = await obtain()
    expect(existsSync(join(tree.dir, 'drivers'))).toBe(false)
    expect(tree.meta.origin).toMatch(/, 1 files of which git was told not to look at$/)
  })

  test('a folder that became a link: nothing is read through it', async () => {
    put('drivers/x.c', 'int x;\n')
    commit()
    exec(dir, 'mv', 'drivers', '../elsewhere')
    exec(dir, 'ln', '-s', '../elsewhere', 'drivers')
    await using tree = await obtain()
    expect(exec(tree.dir, 'readlink', 'drivers').trim()).toBe('../elsewhere')
  })

  test('names that are no UTF-8, and the same content in a plain folder', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/mm/`), Buffer.from([0xff, 0x41])]), 'x')
    const plain = await keyOf()
    commit()
    expect(await keyOf()).toBe(plain)
  })
})

describe('a folder that changes while it is read', () => {
  const text = (nth: number): string => `int edit_${nth};\n`

  test('is read again, until its files are those that were stored', async () => {
    edit.now = (nth) => nth === 1 && put('mm/zsmalloc.c', text(nth))
    await using tree = await obtain()
    expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toBe(text(1))
  })

  test('is read again when files changed of which one was read before, though the cache has its old text', async () => {
    put('mm/a.c', text(1))
    put('mm/z.c', text(1))
    await keyOf()
    let checkouts = 0
    edit.after = (path) => {
      if (path === 'mm/a.c' && checkouts++ === 0) for (const name of ['mm/a.c', 'mm/z.c']) put(name, text(2))
    }
    await using tree = await obtain()
    for (const name of ['mm/a.c', 'mm/z.c']) expect(readFileSync(join(tree.dir, name), 'utf8')).toBe(text(2))
  })

  test('is read though files have a time that is yet to come: the clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 })
    try {
      expect(await keyOf()).toBe(await keyOf())
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(['gone', 'Makefile'])('is said to change when a folder of it goes or becomes a file: %s', (folder) => {
    expect(() => filesBelow(dir, folder)).toThrow(ChangedError)
  })

  test('all the time is refused', async () => {
    edit.now = (nth) => put('mm/zsmalloc.c', text(nth))
    await expect(obtain()).rejects.toMatchObject({
      name: 'ChangedError',
      exitCode: 3,
      message: expect.stringMatching(/mm\/zsmalloc\.c changed while/),
    })
  })
})

test('an edit that leaves size and times as they were is seen', async () => {
  utimesSync(join(dir, 'mm/zsmalloc.c'), 1_600_000_000, 1_600_000_000)
  const first = await keyOf()
  expect(await keyOf()).toBe(first)
  const edited = readFileSync(join(dir, 'mm/zsmalloc.c'), 'utf8').replace('int line_1;', 'int evil_1;')
  writeFileSync(join(dir, 'mm/zsmalloc.c'), edited)
  utimesSync(join(dir, 'mm/zsmalloc.c'), 1_600_000_000, 1_600_000_000)
  await using tree = await obtain()
  expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toBe(edited)
})
