// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { blobPath } from '../../lib/cache/blobs.ts'
import { blobsRoot } from '../../lib/cache/listed.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { exec, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { type FileServer, serveFiles } from '../../testing/file-server.ts'
import { unfolded } from '../../testing/stored.ts'
import { parseTreeSpec } from './spec.ts'
import { identifyTree, obtainTree } from './tree.ts'

let root: string
let repo: string
let cache: string
let server: FileServer
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-git-'))
  repo = join(root, 'linux.git')
  cache = join(root, 'cache')
  writeFakeTree(repo)
  exec(repo, 'git', 'init', '-q', '-b', 'master')
  exec(repo, 'git', 'add', '.')
  exec(repo, 'git', 'commit', '-qm', 'base')
  exec(repo, 'git', 'tag', 'v6.1.7')
  server = await serveFiles(root)
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const head = (): string => exec(repo, 'git', 'rev-parse', 'HEAD').trim()
const change = (): void => {
  writeFileSync(join(repo, 'mm/zsmalloc.c'), 'int changed;\n')
  exec(repo, 'git', 'commit', '-qam', 'change')
}
const obtain = async (url: string, ref: string) =>
  unfolded(cache, await obtainTree(parseTreeSpec(`git:${url}#${ref}`), { cache, context: recordingContext() }))
const remote = (): string => {
  exec(repo, 'git', 'update-server-info')
  return `${server.url}/linux.git/.git`
}

describe.each([
  ['a repository of this host', () => repo, false],
  ['a remote', remote, true],
])('git: %s', (_, url, mirrored) => {
  test.each([['master'], ['v6.1.7'], ['refs/heads/master']])('%s is exported by commit', async (ref) => {
    await using tree = await obtain(url(), ref)
    expect(tree.meta).toMatchObject({ version: '6.1.7', origin: `git ${head()}` })
    expect(exec(root, 'diff', '-r', '--exclude=.git', repo, tree.dir)).toBe('')
    expect(existsSync(join(tree.dir, '.git'))).toBe(false)
    expect(existsSync(join(cache, 'mirrors'))).toBe(mirrored)
  })

  test('a commit id, and a branch that moves', async () => {
    const old = head()
    await using before = await obtain(url(), 'master')
    change()
    await using after = await obtain(url(), 'master')
    await using again = await obtain(url(), old)
    expect(after.meta.origin).toBe(`git ${head()}`)
    expect(readFileSync(join(after.dir, 'mm/zsmalloc.c'), 'utf8')).toBe('int changed;\n')
    expect(again.meta.key).toBe(before.meta.key)
    expect(again.cached).toBe(true)
  })

  test('a ref that does not exist', async () => {
    await expect(obtain(url(), 'v9.9')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('has no v9.9'),
    })
  })
})

test('the commit names the tree before it is there, where no repository has to be fetched', async () => {
  const options = { cache, context: recordingContext() }
  const named = (url: string, ref: string) => identifyTree(parseTreeSpec(`git:${url}#${ref}`), options)
  expect(await named(repo, 'v6.1.7')).toBe(`git ${head()}`)
  expect(await named('https://example.org/linux.git', head())).toBe(`git ${head()}`)
  expect(await named('https://example.org/linux.git', 'master')).toBeUndefined()
  expect(await named(repo, 'no-such-ref')).toBeUndefined()
  await using tree = await obtainTree(parseTreeSpec(`git:${repo}#master`), options)
  expect(tree.identity).toBe(`git ${head()}`)
})

test('a commit that the mirror has needs no network; one mirror serves all refs', async () => {
  await using tree = await obtain(remote(), 'master')
  const url = remote()
  await server[Symbol.asyncDispose]()
  await using again = await obtain(url, tree.meta.origin.slice(4))
  expect(again.cached).toBe(true)
  await expect(obtain(url, 'master')).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('git fetch'),
  })
  expect(readdirSync(join(cache, 'mirrors')).filter((name) => name.endsWith('.git'))).toHaveLength(1)
})

test('a repository without a kernel, and a folder without a repository', async () => {
  exec(repo, 'git', 'rm', '-q', 'Kconfig')
  exec(repo, 'git', 'commit', '-qm', 'no kernel')
  await expect(obtain(repo, 'master')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('it has no Kconfig'),
  })
  await expect(obtain(root, 'master')).rejects.toMatchObject({ exitCode: 2, hint: expect.stringContaining('dir:') })
})

test.each<[string, () => void]>([
  ['core.autocrlf', () => exec(repo, 'git', 'config', 'core.autocrlf', 'true')],
  [
    'a smudge filter',
    () => {
      writeFileSync(join(repo, '.gitattributes'), '*.c filter=upper\n')
      exec(repo, 'git', 'config', 'filter.upper.smudge', 'tr a-z A-Z')
      exec(repo, 'git', 'add', '.')
      exec(repo, 'git', 'commit', '-qm', 'attributes')
    },
  ],
  [
    'git replace',
    () => {
      const old = head()
      change()
      exec(repo, 'git', 'replace', old, 'HEAD')
      exec(repo, 'git', 'reset', '-q', '--soft', old)
    },
  ],
])('%s changes nothing of a commit', async (_, hide) => {
  const text = readFileSync(join(repo, 'mm/zsmalloc.c'), 'utf8')
  hide()
  await using tree = await obtain(repo, 'HEAD')
  expect(readFileSync(join(tree.dir, 'mm/zsmalloc.c'), 'utf8')).toBe(text)
})

test('attributes of the repository alone are refused: they are no part of the commit', async () => {
  mkdirSync(join(repo, '.git/info'))
  writeFileSync(join(repo, '.git/info/attributes'), '# nothing\n')
  await using tree = await obtain(repo, 'master')
  expect(tree.meta.version).toBe('6.1.7')
  writeFileSync(join(repo, '.git/info/attributes'), 'mm/zsmalloc.c export-ignore\n')
  change()
  await expect(obtain(repo, 'master')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('info/attributes changes the files'),
  })
})

describe('a commit near one in the cache', () => {
  const put = (name: string, text: string): void => {
    mkdirSync(join(repo, name, '..'), { recursive: true })
    writeFileSync(join(repo, name), text)
  }
  const sh = (script: string): string => exec(repo, 'sh', '-c', script)
  const listingIn = async (where: string): Promise<{ readonly listing: string; readonly events: string }> => {
    const context = recordingContext()
    await using tree = await obtainTree(parseTreeSpec(`git:${repo}#HEAD`), { cache: where, context })
    return { listing: tree.meta.listing, events: JSON.stringify(context.events) }
  }

  test.each<[string, () => unknown]>([
    ['with other text', () => put('mm/zsmalloc.c', 'int other;\n')],
    ['with a new file', () => put('mm/new/deep/a.c', 'int a;\n')],
    ['without a file', () => sh('git rm -q mm/other.c')],
    ['with a renamed file', () => sh('git mv mm/other.c mm/renamed.c')],
    ['with an executable file', () => sh('chmod +x mm/other.c')],
    ['with a link for a file', () => sh('rm mm/other.c && ln -s zsmalloc.c mm/other.c')],
    ['with a folder for a file', () => sh('git rm -q mm/other.c && mkdir -p mm/other.c && echo a >mm/other.c/a')],
    ['with a file for a folder', () => sh('git rm -rq sub && echo a >sub')],
    ['with attributes', () => put('.gitattributes', '*.c eol=crlf\n')],
    ['with odd names', () => put('mm/a b*?[c].c', 'int a;\n')],
    ['with names that are no ASCII', () => put('mm/\u00e4.c', 'int a;\n')],
    ['that is the same', () => undefined],
  ])('%s has exactly its files', async (_what, edit) => {
    put('mm/other.c', 'int other;\n')
    put('sub/a', 'a\n')
    sh('git add -A && git commit -qm one')
    await listingIn(cache)
    edit()
    sh('git add -A && git commit -qm two --allow-empty')
    const near = await listingIn(cache)
    expect(near.listing).toBe((await listingIn(join(root, 'fresh'))).listing)
  })

  test('is not made from files that git fills in with the commit', async () => {
    put('.gitattributes', 'version export-subst\n')
    put('version', '$Format:%H$\n')
    sh('git add -A && git commit -qm one')
    await listingIn(cache)
    change()
    const near = await listingIn(cache)
    expect(near.listing).toBe((await listingIn(join(root, 'fresh'))).listing)
  })

  test('is made from the whole commit when the cache lost the attributes of the near one', async () => {
    put('.gitattributes', '*.c diff=cpp\n')
    sh('git add -A && git commit -qm one')
    await listingIn(cache)
    const hash = sha256Of('*.c diff=cpp\n')
    await rm(blobPath(blobsRoot(cache), { kind: '-', hash }))
    change()
    const near = await listingIn(cache)
    expect(near.listing).toBe((await listingIn(join(root, 'fresh'))).listing)
  })

  test('is exported in part', async () => {
    await listingIn(cache)
    change()
    const bin = join(root, 'bin')
    mkdirSync(bin)
    const git = exec(root, 'sh', '-c', 'command -v git').trim()
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$@" >>${root}/calls\nexec ${git} "$@"\n`, { mode: 0o755 })
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
    await listingIn(cache)
    vi.unstubAllEnvs()
    expect(readFileSync(join(root, 'calls'), 'utf8')).toMatch(/archive --format=tar [0-9a-f]{40} -- mm\/zsmalloc\.c\n/)
  })
})
