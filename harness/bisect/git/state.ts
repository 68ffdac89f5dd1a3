// SPDX-License-Identifier: MIT

import { repoGit } from '../../inputs/tree/gitenv.ts'
import { UsageError } from '../../model/errors.ts'

/** A `git bisect` in progress. */
export interface BisectState {
  /** The git folder of this work tree, which holds BISECT_LOG; several work trees may bisect at once. */
  readonly dir: string
  /** The commit to test. */
  readonly commit: string
  /** False with `git bisect start --no-checkout`. */
  readonly checkedOut: boolean
}

/** The state of `git bisect` in the work tree `cwd`; a UsageError where there is no commit. */
export const bisectState = async (cwd: string, signal: AbortSignal): Promise<BisectState> => {
  const git = repoGit(cwd, signal)
  const found = await git`git rev-parse --absolute-git-dir`
  if (found.exitCode !== 0)
    throw new UsageError(`${cwd}: ${found.stderr.trim().split('\n')[0]}`, 'run it in a git repository')
  for (const ref of ['BISECT_HEAD', 'HEAD']) {
    const { exitCode, stdout } = await git`git rev-parse --verify --quiet ${`${ref}^{commit}`}`
    if (exitCode === 0) return { dir: found.stdout.trim(), commit: stdout.trim(), checkedOut: ref === 'HEAD' }
  }
  throw new UsageError(`${cwd}: HEAD is not a commit`, 'check one out, or run git bisect start BAD GOOD')
}
