// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import { shortId } from './core/graph.ts'
import { type CarryPatch, composeRevert, composeSource, type Source } from './git/compose.ts'
import type { Repo } from './git/repo.ts'

type TreeSource = Extract<Source, { kind: 'tree' }>

/** The source of each step: a commit with the carried patches, or for `revert:CULPRIT` the bad end without it. */
export interface Sources {
  readonly repo: Repo
  readonly of: (id: string) => Promise<TreeSource>
  /** Why the culprit does not revert on the bad end; undefined when it does. */
  readonly whyNoRevert: (culprit: string) => Promise<string | undefined>
}

const REVERT = /^revert:(.+)$/

/** Composes each source once; a UsageError names the patch that does not apply, and the commit. */
export const makeSources = (repo: Repo, bad: string, carry: readonly CarryPatch[]): Sources => {
  const known = new Map<string, TreeSource>()
  const compose = async (commit: string): Promise<TreeSource> => {
    const source = await composeSource(repo, commit, carry)
    if (source.kind === 'tree') return source
    throw new UsageError(
      `the carried patch ${source.patch} does not apply to ${shortId(commit)}: ${source.why}`,
      'rebase it, or give a patch that applies to the whole range',
    )
  }
  const revert = async (culprit: string) => {
    const base = await sources.of(bad)
    return { base, made: await composeRevert(repo, base.tree, culprit) }
  }
  const make = async (id: string): Promise<TreeSource> => {
    const culprit = REVERT.exec(id)?.[1]
    if (culprit === undefined) return compose(id)
    const { base, made } = await revert(culprit)
    if ('why' in made) throw new UsageError(`${shortId(culprit)} does not revert: ${made.why}`)
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
