// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import type { Commit, Ends } from '../core/graph.ts'
import { git, type Repo, tryGit } from './repo.ts'

/** Reads the output of `git log` with FORMAT: NUL between fields, a record separator after each commit. */
export const parseCommits = (text: string): readonly Commit[] =>
  text
    .split('\x1e')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map((record) => {
      const [id, parents, author, date, subject] = record.split('\0')
      return { id: id!, parents: parents!.split(' ').filter(Boolean), author: author!, date: date!, subject: subject! }
    })

const FORMAT = '--format=%H%x00%P%x00%an <%ae>%x00%aI%x00%s%x1e'

/** The full id of a commit; a UsageError names the flag. */
export const resolveCommit = async (repo: Repo, flag: string, ref: string): Promise<string> => {
  const { exitCode, stdout } = await tryGit(repo, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ])
  if (exitCode === 0) return stdout.trim()
  throw new UsageError(`${flag} ${ref}: no such commit in the repository`, 'give a branch, a tag or a commit id')
}

const isAncestor = async (repo: Repo, older: string, newer: string): Promise<boolean> =>
  (await tryGit(repo, ['merge-base', '--is-ancestor', older, newer])).exitCode === 0

/** The ends, with the merge bases that replace a good end on another branch, as in git bisect. */
export const findEnds = async (repo: Repo, bad: string, good: readonly string[]): Promise<Ends> => {
  const bases = new Set<string>()
  for (const end of good) {
    if (await isAncestor(repo, bad, end))
      throw new UsageError(
        end === bad ? '--good and --bad are the same commit' : '--bad is older than --good',
        'to find the commit that fixed something, swap --good and --bad',
      )
    if (await isAncestor(repo, end, bad)) continue
    const { exitCode, stdout } = await tryGit(repo, ['merge-base', '--all', bad, end])
    if (exitCode !== 0) throw new UsageError('--good and --bad have no common ancestor', 'give commits of one history')
    for (const base of stdout.trim().split('\n')) if (!good.includes(base)) bases.add(base)
  }
  return { bad, good, bases: [...bases] }
}

/** The commits between the ends, parents first; only those that touch `paths`, if there are any. */
export const listCommits = async (repo: Repo, ends: Ends, paths: readonly string[]): Promise<readonly Commit[]> => {
  const range = [ends.bad, '--not', ...ends.good, ...ends.bases]
  const log = await git(repo, ['log', '--topo-order', '--reverse', '--parents', FORMAT, ...range, '--', ...paths])
  const commits = parseCommits(log)
  if (commits.length === 0)
    throw new UsageError(
      `no commit between the ends touches ${paths.join(' ') || 'anything'}`,
      'widen --path, or the range from --good to --bad',
    )
  return commits
}

/** One commit for the report. */
export const describeCommit = async (repo: Repo, id: string): Promise<Commit> =>
  parseCommits(await git(repo, ['log', '-1', FORMAT, id]))[0]!

/** The culprit as a mail: message and diff against its first parent. */
export const patchOf = (repo: Repo, id: string): Promise<string> =>
  git(repo, ['show', '--format=email', '--first-parent', '--stat', '--patch', '-m', id])
