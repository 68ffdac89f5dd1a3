// SPDX-License-Identifier: MIT
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cleanLine } from '../../lib/text/clean.ts'
import { exec, numberedLines } from '../../testing/fake-tree.ts'
import { applyPatch } from './apply.ts'
import { parseDiff, touchedBy } from './diff.ts'
import { readPatches } from './files.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-diff-'))
  exec(root, 'git', 'init', '-q', 'repo')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = (name: string, text: string | Buffer): void => {
  mkdirSync(dirname(join(root, 'repo', name)), { recursive: true })
  writeFileSync(join(root, 'repo', name), text)
}
const git = (...args: string[]): string => exec(join(root, 'repo'), 'git', ...args)
const commit = (): void => {
  git('add', '-A')
  git('commit', '-qm', 'words')
}

const PLAIN = ['mm/x.c', 'mm/ä €.c', 'with blank', 'tab\there', 'quote"s', 'back\\slash', 'line\nbreak', 'esc\u001b[2J']
const lines = numberedLines((i) => `int line_${i};`)

/** Every kind of change, in files with every kind of name. */
const changeAll = (): void => {
  for (const name of [...PLAIN, 'old name', 'gone', 'run.sh']) put(name, lines)
  put('logo', Buffer.from([1, 0, 2]))
  commit()
  for (const name of PLAIN) put(name, lines.replace('line_3;', 'changed;').replace(/line_2\d;\n$/, 'end;'))
  renameSync(join(root, 'repo/old name'), join(root, 'repo/new "name"'))
  rmSync(join(root, 'repo/gone'))
  chmodSync(join(root, 'repo/run.sh'), 0o755)
  put('empty ö', '')
  put('logo', Buffer.from([1, 0, 3]))
  put('- - ', '- \n-- a/x\n')
  commit()
}

describe("git's own diffs", () => {
  test.each([
    ['show', ['show', '--format=email', '--stat', '--patch', 'HEAD']],
    ['show of unquoted names', ['-c', 'core.quotePath=false', 'show', 'HEAD']],
    ['format-patch', ['format-patch', '--stdout', '-1']],
    ['show of a binary patch', ['show', '--binary', 'HEAD']],
    ['show in reverse', ['show', '-R', 'HEAD']],
  ])('%s: the same paths and numbers of lines', (_, args) => {
    changeAll()
    const { files, problem } = parseDiff(git(...args))
    expect(problem).toBeUndefined()
    const reverse = args.includes('-R')
    const names = git('diff', '--name-only', '--no-renames', '-z', 'HEAD~', 'HEAD').split('\0').filter(Boolean)
    expect([...touchedBy(git(...args))].sort()).toEqual(names.sort())
    const count = (kind: string): number =>
      files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines)).filter((line) => line.kind === kind).length
    const [, added, removed] = /(\d+) insertions.* (\d+) deletions/.exec(
      git('diff', '--shortstat', '-M', 'HEAD~', 'HEAD'),
    )!
    expect([count('add'), count('del')]).toEqual((reverse ? [removed, added] : [added, removed]).map(Number))
  })
})

test.each(PLAIN)('a patch of %j is applied, and explained where it does not apply', async (name) => {
  put(name, lines)
  commit()
  put(name, lines.replace('line_3;', 'changed;'))
  commit()
  writeFileSync(join(root, 'a.patch'), git('format-patch', '--stdout', '-1'))
  const [patch] = await readPatches(join(root, 'a.patch'))
  git('checkout', '-q', 'HEAD~')
  const dir = join(root, 'repo')
  await applyPatch(dir, patch!, { version: '6.1' })
  await expect(applyPatch(dir, patch!, { version: '6.1' })).rejects.toThrow(
    `${cleanLine(name)} hunk #1 (@@ -1,6 +1,6 @@) does not apply to 6.1: it is already applied`,
  )
})
