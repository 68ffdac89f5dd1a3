// SPDX-License-Identifier: MIT

import { repoGit } from '../../inputs/tree/gitenv.ts'
import { UsageError } from '../../model/errors.ts'

/** A `git bisect` under way. */
export interface BisectState {
  /** git's folder for this very work tree, which holds BISECT_LOG; several work trees may bisect at once. */
  readonly dir: string
  /** The commit that git asks about. */
  readonly commit: string
  /** False with `git bisect start --no-checkout`. */
  readonly checkedOut: boolean
}

/** What `git bisect` asks about in the work tree `cwd`. Throws a UsageError where there is no commit. */
export const bisectState = async (cwd: string, signal: AbortSignal): Promise<BisectState> => {
  const git = repoGit(cwd, signal)
  const found = await git`git rev-parse --absolute-git-dir`
  if (found.exitCode !== 0)
    throw new UsageError(`${cwd}: ${found.stderr.trim().split('\n')[0]}`, 'run it in a repository')
  for (const ref of ['BISECT_HEAD', 'HEAD']) {
    const { exitCode, stdout } = await git`git rev-parse --verify --quiet ${`${ref}^{commit}`}`
    if (exitCode === 0) return { dir: found.stdout.trim(), commit: stdout.trim(), checkedOut: ref === 'HEAD' }
  }
  throw new UsageError(`${cwd}: HEAD is no commit`, 'check one out, or run git bisect start BAD GOOD')
}
