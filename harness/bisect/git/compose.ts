// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic } from '../../lib/files/atomic.ts'
import { git, type Repo, tryGit } from './repo.ts'

/** A patch to apply to every commit that is tested. */
export interface CarryPatch {
  readonly name: string
  readonly file: string
}

/** The source of a step: a commit's tree with the carried patches. */
export type Source =
  | {
      readonly kind: 'tree'
      /** The id of the tree: commits with equal content have the same. */
      readonly tree: string
      readonly applied: readonly string[]
      /** Patches that the commit contains already. */
      readonly present: readonly string[]
    }
  | { readonly kind: 'conflict'; readonly patch: string; readonly why: string }

const firstError = (stderr: string): string =>
  (stderr.split('\n').find((line) => line.startsWith('error: ')) ?? stderr.trim()).replace(/^error: /, '')

const APPLY = ['apply', '--cached', '--whitespace=nowarn']

/** A commit's tree with the carried patches, made in a separate index: no file is written. */
export const composeSource = async (repo: Repo, commit: string, patches: readonly CarryPatch[]): Promise<Source> => {
  const index = join(repo.scratch, 'compose.index')
  await git(repo, ['read-tree', commit], { index })
  const applied: string[] = []
  const present: string[] = []
  for (const { name, file } of patches) {
    const put = await tryGit(repo, [...APPLY, file], { index })
    if (put.exitCode === 0) {
      applied.push(name)
      continue
    }
    const reverse = await tryGit(repo, [...APPLY, '--check', '--reverse', file], { index })
    if (reverse.exitCode !== 0) return { kind: 'conflict', patch: name, why: firstError(put.stderr) }
    present.push(name)
  }
  return { kind: 'tree', tree: (await git(repo, ['write-tree'], { index })).trim(), applied, present }
}

/** `tree` with the culprit reverted, or why it does not revert. */
export const composeRevert = async (
  repo: Repo,
  tree: string,
  culprit: string,
): Promise<{ readonly tree: string } | { readonly why: string }> => {
  const index = join(repo.scratch, 'revert.index')
  const file = join(repo.scratch, 'culprit.patch')
  const diff = await git(repo, ['diff', '--binary', '--full-index', '--no-renames', `${culprit}^1`, culprit])
  if (diff === '') return { why: 'it changes no file' }
  await writeAtomic(file, diff)
  await git(repo, ['read-tree', tree], { index })
  const { exitCode, stderr } = await tryGit(repo, [...APPLY, '--3way', '--reverse', file], { index })
  if (exitCode !== 0) return { why: firstError(stderr) }
  return { tree: (await git(repo, ['write-tree'], { index })).trim() }
}

/** The difference between two trees as one patch that git applies exactly. */
export const treeDiff = (repo: Repo, from: string, to: string): Promise<string> =>
  git(repo, ['diff', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv', from, to])
