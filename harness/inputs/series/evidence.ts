// SPDX-License-Identifier: MIT
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
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

/** One file's part of a patch, complete in itself: git gives up a whole patch for one file that is not there. */
interface Part {
  /** What the patch starts from. */
  readonly path: string
  readonly text: string
  readonly hunks: readonly Hunk[]
}

const partOf = (file: FilePatch, reverse: boolean): Part => {
  const { from, to, hunks } = file
  const path = (reverse ? (to ?? from) : (from ?? to)) ?? ''
  // Of a rename too, only the content is of interest.
  const names = [from ? `a/${path}` : '/dev/null', to ? `b/${path}` : '/dev/null']
  const lines = hunks.flatMap(({ header, lines: body }) => [header, ...body])
  return { path, text: [`--- ${names[0]}`, `+++ ${names[1]}`, ...lines, ''].join('\n'), hunks }
}

const all = ({ hunks }: Part): readonly number[] => hunks.map((_, i) => i + 1)

/** The hunks that a copy of the file does not take. */
const rejectedBy = async (dir: string, part: Part, flags: readonly string[]): Promise<readonly number[]> => {
  const scratch = await mkdtemp(join(tmpdir(), 'zsharness-apply-'))
  try {
    await mkdir(dirname(join(scratch, part.path)), { recursive: true })
    await copyFile(join(dir, part.path), join(scratch, part.path))
    await writeFile(join(scratch, '.patch'), part.text)
    const git = plainGit(scratch)
    const { exitCode, stdout, stderr } = await git`git apply --whitespace=nowarn --reject --verbose ${flags} .patch`
    return parseRejects(`${stdout}\n${stderr}`).get(part.path) ?? (exitCode === 0 ? [] : all(part))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const gatherFile = async (dir: string, file: FilePatch, reverse: boolean): Promise<FileEvidence> => {
  const part = partOf(file, reverse)
  const there = await exists(join(dir, part.path))
  const rejects = async (...flags: string[]): Promise<readonly number[]> =>
    there ? await rejectedBy(dir, part, flags) : all(part)
  const direction = reverse ? ['-R'] : []
  const creates = (reverse ? file.to : file.from) === undefined
  const rejected = creates && there ? all(part) : await rejects(...direction)
  const content = there ? await readFile(join(dir, part.path), 'utf8') : ''
  return {
    path: part.path,
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

/** What each file of `patch` meets in the tree `dir`, which is only read. */
export const gatherEvidence = async (dir: string, patch: Patch): Promise<readonly FileEvidence[]> => {
  const files = parsePatch(patch.text)
  if ('line' in files) return []
  const found: FileEvidence[] = []
  for (const file of files) found.push(await gatherFile(dir, file, patch.reverse))
  return found
}
