// SPDX-License-Identifier: MIT
import { copyFile, lstat, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTempDir } from '../../lib/files/temp.ts'
import { plainGit, requireRan } from '../tree/gitenv.ts'
import type { FileFit } from './diagnose.ts'
import { type FileDiff, parseDiff } from './diff.ts'
import type { Hunk, HunkLine } from './hunk.ts'
import type { Patch } from './model.ts'

/** The numbers of the hunks that `git apply --reject --verbose` reports as rejected. */
export const parseRejects = (output: string): readonly number[] =>
  [...output.matchAll(/^Rejected hunk #(\d+)\.$/gm)].map(([, hunk]) => Number(hunk))

const WORD = /[A-Za-z_][A-Za-z0-9_]{3,}/g

/** Names in the lines that hunks expect, and that `content` does not have. */
export const absentNames = (hunks: readonly Hunk[], content: string, reversed = false): readonly string[] => {
  const kinds: readonly HunkLine['kind'][] = ['same', reversed ? 'add' : 'del']
  const expected = hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kinds.includes(kind)))
  const have = new Set(content.match(WORD))
  const code = expected.map(({ text }) => text.slice(1)).filter((text) => !/^\s*(\/?\*|\/\/)/.test(text))
  return [...new Set(code.flatMap((text) => text.match(WORD) ?? []))].filter((name) => !have.has(name))
}

const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )

const all = ({ hunks }: FileDiff): readonly number[] => hunks.map((_, i) => i + 1)

/** One file's part of a patch as a patch: git rejects a whole patch for one missing file. */
const partOf = ({ from, to, hunks }: FileDiff): string => {
  const names = [`--- ${from ? 'a/file' : '/dev/null'}`, `+++ ${to ? 'b/file' : '/dev/null'}`]
  const lines = hunks.flatMap(({ header, lines: body }) => [header, ...body.map(({ text }) => text)])
  return [...names, ...lines, ''].join('\n')
}

/** The hunks that do not apply to a copy of the file at `path`. */
const rejectedBy = (path: string, file: FileDiff, flags: readonly string[]): Promise<readonly number[]> =>
  inTempDir('apply', async (scratch) => {
    await copyFile(path, join(scratch, 'file'))
    await writeFile(join(scratch, '.patch'), partOf(file))
    const git = plainGit(scratch)
    const applied = await git`git apply --whitespace=nowarn --reject --verbose ${flags} .patch`
    requireRan(applied, 'git apply')
    const { exitCode, stdout, stderr } = applied
    const rejects = parseRejects(`${stdout}\n${stderr}`)
    return rejects.length > 0 || exitCode === 0 ? rejects : all(file)
  })

/** The file that a patch starts from. */
const baseOf = ({ from, to }: FileDiff, reverse: boolean): string => (reverse ? (to ?? from) : (from ?? to))!

const gatherFile = async (dir: string, file: FileDiff, reverse: boolean): Promise<FileFit> => {
  const path = baseOf(file, reverse)
  const there = await isFile(join(dir, path))
  const rejects = async (...flags: string[]): Promise<readonly number[]> =>
    there ? await rejectedBy(join(dir, path), file, flags) : all(file)
  const direction = reverse ? ['-R'] : []
  const creates = (reverse ? file.to : file.from) === undefined
  const rejected = creates && there ? all(file) : await rejects(...direction)
  const content = there ? await readFile(join(dir, path), 'utf8') : ''
  return {
    path,
    creates,
    exists: there,
    headers: file.hunks.map(({ header }) => header),
    rejected,
    reverseRejected: await rejects(...(reverse ? [] : ['-R'])),
    looseRejected: creates ? rejected : await rejects(...direction, '--ignore-whitespace'),
    absent: absentNames(
      rejected.map((n) => file.hunks[n - 1]!),
      content,
      reverse,
    ),
  }
}

/** How each file of `patch` fits the tree `dir`, which is not changed. */
export const gatherFits = async (dir: string, patch: Patch): Promise<readonly FileFit[]> => {
  const fits: FileFit[] = []
  for (const file of parseDiff(patch.text).files)
    if (file.hunks.length > 0) fits.push(await gatherFile(dir, file, patch.reverse))
  return fits
}
