// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSource } from '../inputs/series/sources.ts'
import { exec, numberedLines, writeFakeTree } from '../testing/fake-tree.ts'
import { patchesOfRun, writeKept } from './kept.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-kept-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('a run keeps what was no file, and gives exactly that when it is repeated', async () => {
  const repo = join(root, 'linux')
  const git = (...args: string[]): string => exec(repo, 'git', ...args)
  writeFakeTree(repo)
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'base')
  for (const n of [3, 25]) {
    writeFileSync(
      join(repo, 'mm/zsmalloc.c'),
      numberedLines((i) => (i <= n ? `int changed_${i};` : `int line_${i};`)),
    )
    git('commit', '-qam', `change ${n}`)
  }
  const file = join(root, 'x.patch')
  writeFileSync(file, git('format-patch', '--stdout', '-1', 'main~1'))
  const range = `git:${repo}#main~2..main`
  const all = [...(await readSource(range)), ...(await readSource(file))]
  await writeKept(join(root, 'run'), [...all, ...all])
  await rm(repo, { recursive: true })
  const again = patchesOfRun(join(root, 'run'))
  // What is booted again answers no mail.
  expect(await again(range)).toEqual(all.slice(0, 2).map(({ mail: _, ...patch }) => patch))
  expect(await again(file)).toEqual(all.slice(2))
  await expect(again('-')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('has no patch of -') })
  await expect(patchesOfRun(root)('-')).rejects.toMatchObject({ exitCode: 2 })
})
