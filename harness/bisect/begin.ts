// SPDX-License-Identifier: MIT
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readingOn } from '../inputs/series/legs.ts'
import type { Patch, Series } from '../inputs/series/model.ts'
import { openRepository } from '../inputs/tree/git.ts'
import { versionOfMakefile } from '../inputs/tree/kernel.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { newRunId, openResultsDir } from '../run/results.ts'
import { shortId } from './core/graph.ts'
import { type CarryPatch, composeSource } from './git/compose.ts'
import { describeCommit, findEnds, listCommits, resolveCommit } from './git/history.ts'
import { git, openRepo, type Repo } from './git/repo.ts'
import { Journal } from './journal/journal.ts'
import { JOURNAL_VERSION } from './journal/records.ts'
import type { BisectRequest } from './request.ts'

/** The folder of a bisection's git objects, indexes and work tree. */
export const scratchOf = (dir: string): string => join(dir, 'scratch')

/** The repository that holds both ends: a local one directly, a remote one through its mirror in the cache. */
const locateRepo = async ({ tree, good, bad, cache }: BisectRequest, context: Context): Promise<string> => {
  let dir = ''
  for (const ref of [bad, ...good]) ({ dir } = await openRepository({ ...tree, ref }, { cache, context }))
  return dir
}

/** The base of the series, as on both legs of `run`, then the patches of `--carry`. */
const patchesToCarry = async (
  { carry, carryBase }: BisectRequest,
  series: Series | null,
  repo: Repo,
  bad: string,
): Promise<readonly Patch[]> => {
  if (!carryBase || series === null) return carry
  const version = versionOfMakefile(await git(repo, ['cat-file', 'blob', `${bad}:Makefile`]))
  if (version === undefined) throw new UsageError(`${shortId(bad)} has no kernel source`)
  return [...readingOn(series, version).bases, ...carry]
}

// Copied into the bisection's folder, so that a resumed search carries the same patches.
const keepPatches = async (dir: string, patches: readonly Patch[]): Promise<readonly CarryPatch[]> => {
  await mkdir(join(dir, 'carry'), { recursive: true })
  const kept: CarryPatch[] = []
  for (const [index, { file, text }] of patches.entries()) {
    const name = `${`${index + 1}`.padStart(4, '0')}-${basename(file)}`
    await writeFile(join(dir, 'carry', name), text)
    kept.push({ name, file: join(dir, 'carry', name) })
  }
  return kept
}

/** Leaves out the patches that a good end contains, because all later commits contain them too. */
const withoutPresent = async (repo: Repo, ends: readonly string[], patches: readonly CarryPatch[]) => {
  let left = patches
  for (const end of ends) {
    const kept: CarryPatch[] = []
    for (const patch of left) {
      const source = await composeSource(repo, end, [...kept, patch])
      if (source.kind !== 'tree' || !source.present.includes(patch.name)) kept.push(patch)
    }
    left = kept
  }
  return left
}

/** Starts a bisection: makes its folder, and a journal that records what is searched, where and how. The series is null for a script. */
export const begin = async (request: BisectRequest, series: Series | null, context: Context): Promise<Journal> => {
  const repoDir = await locateRepo(request, context)
  const dir = await realpath(
    await openResultsDir(request.resultsDir, `bisect-${newRunId(new Date())}`, 'latest-bisect'),
  )
  const repo = await openRepo(repoDir, scratchOf(dir), context.signal)
  const bad = await resolveCommit(repo, '--bad', request.bad)
  const good = await Promise.all(request.good.map((ref) => resolveCommit(repo, '--good', ref)))
  const ends = await findEnds(repo, bad, [...new Set(good)])
  const commits = await listCommits(repo, ends, request.paths)
  const patches = await keepPatches(dir, await patchesToCarry(request, series, repo, bad))
  const carry = await withoutPresent(repo, [...ends.good, ...ends.bases], patches)
  const endCommits = await Promise.all([bad, ...ends.good, ...ends.bases].map((id) => describeCommit(repo, id)))
  const { settings, symptom, plan, seed, proof, submit } = request
  const journal = await Journal.open(dir)
  await journal.add({
    t: 'start',
    version: JOURNAL_VERSION,
    at: new Date().toISOString(),
    command: [...request.command],
    repo: repoDir,
    tree: request.tree.text,
    ends: { bad, good: [...ends.good], bases: [...ends.bases] },
    endCommits: endCommits.map((commit) => ({ ...commit, parents: [...commit.parents] })),
    commits: commits.map((commit) => ({ ...commit, parents: [...commit.parents] })),
    paths: [...request.paths],
    carry: [...carry],
    ...{ settings, symptom, plan, seed, proof },
    submit: submit && { ...submit, dir },
  })
  return journal
}
