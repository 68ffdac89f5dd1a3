// SPDX-License-Identifier: MIT
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessOutput } from 'zx/core'
import { gitEnv } from '../../inputs/tree/gitenv.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'

/** A repository that is only read: the bisection writes to its own object store and indexes. */
export interface Repo {
  readonly dir: string
  readonly gitDir: string
  /** The folder of the bisection's own objects, indexes and work tree. */
  readonly scratch: string
  readonly signal: AbortSignal
}

// No hook and no file system monitor of the repository may run.
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'gc.auto=0']

const own = (repo: Pick<Repo, 'gitDir' | 'scratch'>, objects: string): Record<string, string> => ({
  ...gitEnv(),
  GIT_DIR: repo.gitDir,
  GIT_OBJECT_DIRECTORY: join(repo.scratch, 'objects'),
  GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
})

/** Where one git command works. */
export interface GitOptions {
  readonly index?: string
  readonly workTree?: string
  /** The folder for relative path arguments; the scratch folder by default. */
  readonly cwd?: string
}

/** Runs git; the caller checks the exit code. */
export const tryGit = async (repo: Repo, args: readonly string[], options: GitOptions = {}): Promise<ProcessOutput> => {
  const env = {
    ...own(repo, join(repo.gitDir, 'objects')),
    ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
    ...(options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree }),
  }
  const cwd = options.workTree ?? options.cwd ?? repo.scratch
  const output = await sh({ cwd, env, signal: repo.signal })`git ${[...QUIET, ...args]}`
  if (repo.signal.aborted) throw new InterruptedError()
  return output
}

/** Runs git and returns its output; throws when it failed. */
export const git = async (repo: Repo, args: readonly string[], options: GitOptions = {}): Promise<string> => {
  const { exitCode, stdout, stderr } = await tryGit(repo, args, options)
  if (exitCode !== 0)
    throw new HostError(`git ${args[0]}: ${stderr.trim().split('\n')[0] ?? ''}`, `run git fsck in ${repo.dir}`)
  return stdout
}

/** The git folder of the repository of `dir`, common to all its work trees. */
export const findGitDir = async (dir: string, signal: AbortSignal): Promise<string> => {
  const { stdout, stderr, exitCode } = await sh({
    cwd: dir,
    env: gitEnv(),
    signal,
  })`git rev-parse --path-format=absolute --git-common-dir`
  if (exitCode === 0) return stdout.trim()
  throw new UsageError(`${dir}: ${stderr.trim().split('\n')[0]}`, 'give a git repository')
}

/** Removes locks that a killed git left on the bisection's own indexes: whoever opens them is their one writer. */
const unlockIndexes = async (scratch: string): Promise<void> => {
  for (const name of await readdir(scratch))
    if (name.endsWith('.index.lock')) await rm(join(scratch, name), { force: true })
}

/** The repository at `dir`, with `scratch` for the bisection's own files. */
export const openRepo = async (dir: string, scratch: string, signal: AbortSignal): Promise<Repo> => {
  const gitDir = await findGitDir(dir, signal)
  await mkdir(join(scratch, 'objects'), { recursive: true })
  await unlockIndexes(scratch)
  return { dir, gitDir, scratch, signal }
}
