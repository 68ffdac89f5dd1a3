// SPDX-License-Identifier: MIT
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { plainGit } from '../tree/gitenv.ts'
import type { FileEvidence } from './diagnose.ts'
import type { Patch } from './model.ts'
import { type FilePatch, type Hunk, parsePatch } from './parse.ts'

/** Hunks that `git apply --reject --verbose` told to be rejected, by path. */
export const parseRejects = (output: string): ReadonlyMap<string, readonly number[]> => {
  const rejects = new Map<string, number[]>()
  let path = ''
  for (const line of output.split('\n')) {
    path = /^Applying patch (.+) with \d+ rejects?\.\.\.$/.exec(line)?.[1] ?? path
    const hunk = /^Rejected hunk #(\d+)\.$/.exec(line)?.[1]
    if (hunk) rejects.set(path, [...(rejects.get(path) ?? []), Number(hunk)])
  }
  return rejects
}

const WORD = /[A-Za-z_][A-Za-z0-9_]{3,}/g

/** Names in the lines that a hunk expects to find, and that `content` does not hold. */
export const absentNames = (hunks: readonly Hunk[], content: string, reversed = false): readonly string[] => {
  const added = reversed ? '-' : '+'
  const expected = hunks.flatMap(({ lines }) => lines.filter((line) => !line.startsWith(added)))
  const have = new Set(content.match(WORD))
  const code = expected.map((line) => line.slice(1)).filter((line) => !/^\s*(\/?\*|\/\/)/.test(line))
  return [...new Set(code.flatMap((line) => line.match(WORD) ?? []))].filter((name) => !have.has(name))
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const pathOf = ({ from, to }: FilePatch): string => to ?? from ?? ''

/** Applies what applies of a patch to copies of its files and tells which hunks did not. */
const tryApply = async (dir: string, files: readonly FilePatch[], text: string, flags: readonly string[]) => {
  const scratch = await mkdtemp(join(tmpdir(), 'zsharness-apply-'))
  try {
    for (const path of new Set(files.flatMap(({ from, to }) => [from, to]))) {
      if (path === undefined || !(await exists(join(dir, path)))) continue
      await mkdir(dirname(join(scratch, path)), { recursive: true })
      await copyFile(join(dir, path), join(scratch, path))
    }
    await writeFile(join(scratch, '.patch'), text)
    const { stdout, stderr } = await plainGit(scratch)`git apply --whitespace=nowarn --reject --verbose ${flags} .patch`
    return parseRejects(`${stdout}\n${stderr}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const all = ({ hunks }: FilePatch): readonly number[] => hunks.map((_, i) => i + 1)

/** One file's hunks as a patch of its own: git gives up a whole patch for one file that is not there. */
const gatherFile = async (dir: string, file: FilePatch, text: string, reverse: boolean): Promise<FileEvidence> => {
  const path = pathOf(file)
  const own = text
    .split('\n')
    .slice(file.line - 1, (file.hunks.at(-1)?.line ?? 0) + (file.hunks.at(-1)?.lines.length ?? 0))
  const there = await exists(join(dir, path))
  const rejectsOf = async (flags: readonly string[]): Promise<readonly number[]> =>
    there ? ((await tryApply(dir, [file], `${own.join('\n')}\n`, flags)).get(path) ?? []) : all(file)
  const direction = reverse ? ['-R'] : []
  const creates = (reverse ? file.to : file.from) === undefined
  const rejected = creates && there ? all(file) : await rejectsOf(direction)
  const content = there ? await readFile(join(dir, path), 'utf8') : ''
  return {
    path,
    creates,
    exists: there,
    headers: file.hunks.map(({ header }) => header),
    rejected,
    reverseRejected: await rejectsOf(reverse ? [] : ['-R']),
    looseRejected: creates ? rejected : await rejectsOf([...direction, '--ignore-whitespace']),
    absent: absentNames(
      rejected.map((n) => file.hunks[n - 1]!),
      content,
      reverse,
    ),
  }
}

/** What each file of `patch` meets in the tree `dir`, which is only read. */
export const gatherEvidence = async (dir: string, patch: Patch): Promise<readonly FileEvidence[]> => {
  const files = parsePatch(patch.text)
  if ('line' in files) return []
  const found: FileEvidence[] = []
  for (const file of files) found.push(await gatherFile(dir, file, patch.text, patch.reverse))
  return found
}
