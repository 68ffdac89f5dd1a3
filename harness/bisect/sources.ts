// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import { type CarryPatch, composeRevert, composeSource, type Source } from './git/compose.ts'
import type { Repo } from './git/repo.ts'

type Tree = Extract<Source, { kind: 'tree' }>

/** What each step builds: a commit with the carried patches, or `revert:CULPRIT` on the bad end. */
export interface Sources {
  readonly repo: Repo
  readonly of: (id: string) => Promise<Tree>
  /** Why the culprit cannot be taken out of the bad end, or undefined when it can. */
  readonly whyNoRevert: (culprit: string) => Promise<string | undefined>
}

const REVERT = /^revert:(.+)$/

/** Composes each source once; a UsageError tells which patch does not fit which commit. */
export const makeSources = (repo: Repo, bad: string, carry: readonly CarryPatch[]): Sources => {
  const known = new Map<string, Tree>()
  const compose = async (commit: string): Promise<Tree> => {
    const source = await composeSource(repo, commit, carry)
    if (source.kind === 'tree') return source
    throw new UsageError(
      `the carried patch ${source.patch} does not apply to ${commit.slice(0, 12)}: ${source.why}`,
      'rebase it, or give one that fits the whole range',
    )
  }
  const revert = async (culprit: string) => {
    const base = await sources.of(bad)
    return { base, made: await composeRevert(repo, base.tree, culprit) }
  }
  const make = async (id: string): Promise<Tree> => {
    const culprit = REVERT.exec(id)?.[1]
    if (culprit === undefined) return compose(id)
    const { base, made } = await revert(culprit)
    if ('why' in made) throw new UsageError(`${culprit.slice(0, 12)} does not revert: ${made.why}`)
    return { ...base, tree: made.tree }
  }
  const sources: Sources = {
    repo,
    of: async (id) => {
      const source = known.get(id) ?? (await make(id))
      known.set(id, source)
      return source
    },
    whyNoRevert: async (culprit) => {
      const { made } = await revert(culprit)
      return 'why' in made ? `it does not revert: ${made.why}` : undefined
    },
  }
  return sources
}
