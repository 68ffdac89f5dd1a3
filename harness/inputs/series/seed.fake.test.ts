// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../lib/paths.ts'
import { UsageError } from '../../model/errors.ts'
import { exec } from '../../testing/fake-tree.ts'
import { type FileDiff, parseDiff } from './diff.ts'
import { readPatches } from './files.ts'

const ARCHIVED = join(import.meta.dirname, 'fixtures/zsmalloc-fix-a-race-with-deferred_handles-storing.txt')
const RESTORED = join(
  paths.patches,
  'zsmalloc-deferred-handles/0001-zsmalloc-fix-a-race-with-deferred_handles-storing.patch',
)
const archived = readFileSync(ARCHIVED, 'utf8')
const restored = readFileSync(RESTORED, 'utf8')

/** The text from the mail's first sentence on, without any white space. */
const bare = (text: string): string[] =>
  text
    .slice(text.indexOf('Currently, there is a race'))
    .split('\n')
    .map((line) => line.replace(/\s/g, ''))
    .filter((line) => line !== '')

const filesOf = (text: string): readonly FileDiff[] => {
  const { files, problem } = parseDiff(text)
  expect(problem).toBeUndefined()
  return files
}

/** A file that has each hunk's old lines where the hunk looks for them, and filling between. */
const preimage = ({ hunks }: FileDiff): string => {
  const lines: string[] = []
  for (const { text, oldLine } of hunks.flatMap((hunk) => hunk.lines)) {
    if (oldLine === undefined) continue
    while (lines.length < oldLine - 1) lines.push(`filling ${lines.length}`)
    lines.push(text.slice(1))
  }
  return `${lines.join('\n')}\n`
}

describe('the restored patch', () => {
  test('equals the archived text but for white space', () => {
    expect(bare(restored)).toEqual(bare(archived))
  })

  test('has the 18 hunks, 205 insertions and 32 deletions of the mail', () => {
    const [file, ...others] = filesOf(restored)
    const kinds = file?.hunks.flatMap(({ lines }) => lines.map(({ kind }) => kind)) ?? []
    expect(others).toEqual([])
    expect(file).toMatchObject({ from: 'mm/zsmalloc.c', to: 'mm/zsmalloc.c' })
    expect(file?.hunks).toHaveLength(18)
    expect(kinds.filter((kind) => kind === 'add')).toHaveLength(205)
    expect(kinds.filter((kind) => kind === 'del')).toHaveLength(32)
  })

  test('has kernel white space: tabs, no blanks before them or at line ends', () => {
    const added = restored.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    expect(added.filter((line) => /[ \t]$| \t|^\+ {8}/.test(line))).toEqual([])
    expect(added.filter((line) => line.startsWith('+\t')).length).toBeGreaterThan(100)
  })

  test('keeps the header of the mail', async () => {
    const [patch] = await readPatches(RESTORED)
    expect(patch?.subject).toBe('zsmalloc: fix a race with deferred_handles storing')
    expect(restored).toMatch(/^From: Nhat Pham <nphamcs@/m)
    expect(restored).toMatch(/^Date: Tue, 10 Jan 2023 18:18:01 -0500$/m)
  })
})

describe('git', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'zsharness-seed-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  test('am takes the restored patch', () => {
    mkdirSync(join(root, 'mm'))
    writeFileSync(join(root, 'mm/zsmalloc.c'), preimage(filesOf(restored)[0]!))
    exec(root, 'git', 'init', '-q')
    exec(root, 'git', 'add', '.')
    exec(root, 'git', 'commit', '-qm', 'base')
    exec(root, 'git', 'am', '-q', RESTORED)
    expect(exec(root, 'git', 'show', '--format=%an: %s', '--shortstat').trim().split('\n')).toEqual([
      'Nhat Pham: zsmalloc: fix a race with deferred_handles storing',
      '',
      ' 1 file changed, 205 insertions(+), 32 deletions(-)',
    ])
    expect(exec(root, 'git', 'show', '--check', '--format=')).toBe('')
  })
})

test('the archived text itself is refused, with the line where white space was lost', async () => {
  const error = await readPatches(ARCHIVED).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(UsageError)
  const line = archived.split('\n').findIndex((text) => text.startsWith('* have room for two bit')) + 1
  expect((error as UsageError).message).toBe(
    `${ARCHIVED}:${line}: white space is damaged: a line of hunk #1 begins with "*", not blank, + or -`,
  )
  expect((error as UsageError).hint).toContain('raw mail')
})
