// SPDX-License-Identifier: MIT
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { type BisectFlags, planFrom, settingsFrom, symptomFrom } from '../commands/bisect/options.ts'
import { readPatches } from '../inputs/series/files.ts'
import { resolveLegs } from '../inputs/series/legs.ts'
import { loadSeries } from '../inputs/series/load.ts'
import type { Patch } from '../inputs/series/model.ts'
import { openRepository } from '../inputs/tree/git.ts'
import { versionOfMakefile } from '../inputs/tree/kernel.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { cacheRoot, paths } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { newRunId } from '../run/results.ts'
import { type CarryPatch, composeSource } from './git/compose.ts'
import { describeCommit, findEnds, listCommits, resolveCommit } from './git/history.ts'
import { git, openRepo, type Repo } from './git/repo.ts'
import { Journal } from './journal/journal.ts'
import { JOURNAL_VERSION, type TestPlan } from './journal/records.ts'

/** The folder of a bisection's git objects, indexes and work tree. */
export const scratchOf = (dir: string): string => join(dir, 'scratch')

interface Asked {
  readonly tree: string
  readonly good: readonly string[]
  readonly bad: string
}

const required = (flags: BisectFlags): Asked => {
  const { tree, good, bad } = flags
  if (tree === undefined) throw new UsageError('bisect needs --tree', 'give --tree git:URL#REF or git:PATH#REF')
  const spec = parseTreeSpec(tree)
  if (spec.kind !== 'git') throw new UsageError(`--tree ${tree}: only a git tree has a history`, 'give git:URL#REF')
  if (good === undefined || good.length === 0)
    throw new UsageError('bisect needs --good', 'name a commit without the symptom')
  return { tree, good, bad: bad ?? spec.ref }
}

/** The repository with both ends in it: a local one as it is, a remote one through the cache's mirror. */
const locate = async ({ tree, good, bad }: Asked, context: Context): Promise<string> => {
  const spec = parseTreeSpec(tree)
  if (spec.kind !== 'git') throw new UsageError(`--tree ${tree}: only a git tree has a history`)
  let dir = ''
  for (const ref of [bad, ...good]) ({ dir } = await openRepository({ ...spec, ref }, { cache: cacheRoot(), context }))
  return dir
}

/** The base that the series needs first, as on the before leg of `run`, then the files of `--carry`. */
const patchesToCarry = async (
  flags: BisectFlags,
  plan: TestPlan,
  repo: Repo,
  bad: string,
): Promise<readonly Patch[]> => {
  const files = (await Promise.all((flags.carry ?? []).map((file) => readPatches(file)))).flat()
  if (plan.by === 'script' || !flags.base) return files
  const version = versionOfMakefile(await git(repo, ['cat-file', 'blob', `${bad}:Makefile`]))
  if (version === undefined) throw new UsageError(`${bad.slice(0, 12)} holds no kernel source`)
  const { before } = resolveLegs(await loadSeries(plan.series), version)
  return [...before.filter(({ reverse }) => !reverse), ...files]
}

// Copied, so that a resumed search carries the same bytes.
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

/** What the good ends have in them already, all later commits have too. */
const notIn = async (repo: Repo, ends: readonly string[], patches: readonly CarryPatch[]) => {
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

const openDir = async (resultsDir: string): Promise<string> => {
  const id = `bisect-${newRunId(new Date())}`
  const dir = join(resultsDir, id)
  await mkdir(dir, { recursive: true })
  const link = join(resultsDir, `.latest-bisect-${process.pid}`)
  await rm(link, { force: true })
  await symlink(id, link)
  await rename(link, join(resultsDir, 'latest-bisect'))
  return dir
}

/** A new bisection: its folder, and a journal that says what is searched, where and how. */
export const begin = async (flags: BisectFlags, context: Context, command: readonly string[]): Promise<Journal> => {
  const asked = required(flags)
  const [settings, plan, symptom] = [settingsFrom(flags), await planFrom(flags), symptomFrom(flags)]
  const repoDir = await locate(asked, context)
  const dir = await openDir(resolve(flags.results ?? paths.results))
  const repo = await openRepo(repoDir, scratchOf(dir), context.signal)
  const bad = await resolveCommit(repo, '--bad', asked.bad)
  const good = await Promise.all(asked.good.map((ref) => resolveCommit(repo, '--good', ref)))
  const ends = await findEnds(repo, bad, [...new Set(good)])
  const commits = await listCommits(repo, ends, flags.path ?? [])
  const patches = await keepPatches(dir, await patchesToCarry(flags, plan, repo, bad))
  const carry = await notIn(repo, [...ends.good, ...ends.bases], patches)
  const endCommits = await Promise.all([bad, ...ends.good, ...ends.bases].map((id) => describeCommit(repo, id)))
  const journal = await Journal.open(dir)
  await journal.add({
    t: 'start',
    version: JOURNAL_VERSION,
    at: new Date().toISOString(),
    command: [...command],
    repo: repoDir,
    tree: asked.tree,
    ends: { bad, good: [...ends.good], bases: [...ends.bases] },
    endCommits: endCommits.map((commit) => ({ ...commit, parents: [...commit.parents] })),
    commits: commits.map((commit) => ({ ...commit, parents: [...commit.parents] })),
    paths: [...(flags.path ?? [])],
    carry: [...carry],
    settings,
    symptom,
    plan,
    seed: flags.seed,
    proof: flags.proof,
  })
  return journal
}
