// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import { exec, writeFakeTree } from '../testing/fake-tree.ts'

// A small file system in namespaces of our own; not every kernel grants them.
const granted = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-full-'))
  mkdirSync(join(root, 't'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const LOADER = join(packageRoot, 'harness/testing/ts-loader.mjs')
const urlOf = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href)

// A tmpfs that has room for as many KiB as the test says, again and again.
const PROGRAM = (imports: string, work: string): string => `${imports}
import { execFileSync } from 'node:child_process'
import { writeFileSync, rmSync } from 'node:fs'
const [, root, ...rooms] = process.argv
const full = root + '/t'
for (const room of rooms) {
  execFileSync('mount', ['-o', 'remount,size=4m', full])
  rmSync(full + '/fill', { force: true })
  writeFileSync(full + '/fill', Buffer.alloc(1 << 20))
  execFileSync('mount', ['-o', 'remount,size=' + (1024 + Number(room)) + 'k', full])
  const found = await (async () => { ${work} })().catch((error) =>
    'exitCode' in error ? error.exitCode + ' ' + error.message : 'a bug: ' + error.stack)
  console.log(JSON.stringify(found))
}`

const inRooms = (imports: string, work: string, rooms: readonly number[]): readonly unknown[] => {
  const node = [process.execPath, '--import', LOADER, '--input-type=module', '-e', PROGRAM(imports, work)]
  const { stdout, stderr } = spawnSync(
    'unshare',
    [
      '-rm',
      'sh',
      '-c',
      'mount -t tmpfs -o size=4m none "$0/t" && exec "$@"',
      root,
      ...node,
      '--',
      root,
      ...rooms.map(String),
    ],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: join(root, 't') } },
  )
  const lines = stdout.trim().split('\n')
  if (lines.length !== rooms.length) throw new Error(`${stdout}\n${stderr}`)
  return lines.map((line) => JSON.parse(line))
}

const ROOMS = Array.from({ length: 24 }, (_, n) => n * 4)
const FULL = () => `3 no space left for temporary files in ${join(root, 't')}`
const MAIL = (n: number, of: number, diff: string): string =>
  `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Date: Mon, 1 Jan 2024 00:00:00 +0000
Subject: [PATCH ${n}/${of}] mm: change ${n}

Words.
---
${diff}--
2.39.5

`

describe.runIf(granted)('with a full TMPDIR', () => {
  test('a series is whole, or the host is at fault', () => {
    // The files end where pages do, so that what is cut there is a patch.
    const file = (n: number): string => {
      const head = `diff --git a/mm/${n}.c b/mm/${n}.c\n--- a/mm/${n}.c\n+++ b/mm/${n}.c\n@@ -1 +1 @@\n-a\n+`
      return `${head}${'b'.repeat(512 - head.length - 1)}\n`
    }
    const diff = (from: number): string => Array.from({ length: 24 }, (_, n) => file(from + n)).join('')
    writeFileSync(join(root, 'mbox'), `${MAIL(1, 2, diff(100))}${MAIL(2, 2, diff(200))}`)
    const found = inRooms(
      `import { readPatches } from ${urlOf('series/files.ts')}`,
      `return (await readPatches(root + '/mbox')).map(({ subject, text }) => subject + ' ' + text.split('diff --git').length)`,
      ROOMS,
    )
    const whole = ['mm: change 1 25', 'mm: change 2 25']
    expect(found[0]).toEqual(FULL())
    expect(found.at(-1)).toEqual(whole)
    for (const one of found) expect([FULL(), whole]).toContainEqual(one)
  }, 60_000)

  test('why a patch does not apply is said, or the host is at fault', () => {
    writeFakeTree(join(root, 'k'), { 'mm/fits.c': 'int a;\n', 'mm/other.c': 'int a;\n' })
    // The first file applies, but grows; the second one is why the patch does not apply.
    const grown = Array.from({ length: 2_000 }, (_, n) => `+int b${n};\n`).join('')
    const fits = `--- a/mm/fits.c\n+++ b/mm/fits.c\n@@ -1 +1,2001 @@\n int a;\n${grown}`
    const text = `${fits}--- a/mm/other.c\n+++ b/mm/other.c\n@@ -1 +1 @@\n-int other;\n+int c;\n`
    const patch = { file: 'x.patch', subject: 'x', sha256: '', text, firstLine: 0, reverse: false }
    const found = inRooms(
      `import { applyPatch } from ${urlOf('series/apply.ts')}`,
      `return await applyPatch(root + '/k', ${JSON.stringify(patch)}, { version: '6.1' })`,
      ROOMS,
    )
    const why = found.at(-1)
    expect(why).toMatch(/^2 x\.patch .*: mm\/other\.c hunk #1 .* does not apply to 6\.1/)
    expect(found[0]).toEqual(FULL())
    for (const one of found) expect([FULL(), why]).toContainEqual(one)
  }, 60_000)

  test('a git work tree is copied without its build products, or the host is at fault', () => {
    const dir = join(root, 'k')
    writeFakeTree(dir, { '.gitignore': '.config\n', '.config': 'CONFIG_X=y\n' })
    exec(dir, 'git', 'init', '-q')
    exec(dir, 'git', 'add', '.')
    exec(dir, 'git', 'commit', '-qm', 'base')
    const found = inRooms(
      `import { obtainTree } from ${urlOf('tree/tree.ts')}
import { parseTreeSpec } from ${urlOf('tree/spec.ts')}
let nth = 0`,
      `const context = { scope: 't', signal: new AbortController().signal, emit: () => undefined }
const tree = await obtainTree(parseTreeSpec('dir:' + root + '/k'), { cache: root + '/c' + nth++, context })
await tree[Symbol.asyncDispose]()
return tree.meta.origin.includes(', git ')`,
      [0, 4, 60],
    )
    expect(found.at(-1)).toBe(true)
    for (const one of found) expect([FULL(), true]).toContainEqual(one)
  }, 60_000)
})
