// SPDX-License-Identifier: MIT
import { dirname } from 'node:path'
import type { ProcessOutput, Shell } from 'zx/core'
import { childEnv, networkEnv, passed } from '../../lib/env.ts'
import { tempFull } from '../../lib/files/temp.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import { isDiskFull } from './disk.ts'

/** The environment for reading repositories, with the user's configuration, and without prompts. */
export const gitEnv = (): Record<string, string> => ({
  ...childEnv(),
  GIT_TERMINAL_PROMPT: '0',
  // git status, for one, would otherwise write to the index.
  GIT_OPTIONAL_LOCKS: '0',
})

/** The same for a fetch: with the user's proxies and ssh. What it fetches is named by its content. */
export const fetchEnv = (): Record<string, string> => ({
  ...networkEnv(),
  ...gitEnv(),
  ...passed(['SSH_AUTH_SOCK', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_SSH_VARIANT']),
})

/**
 * The environment for git on plain folders. Inside a checkout, `git apply` would silently skip every file, and the
 * user's configuration and attributes could change line endings or white space. GIT_DIR is where nothing can be: a patch
 * that made a repository there would have git run its filters.
 */
export const bareEnv = (dir: string): Record<string, string> => ({
  ...gitEnv(),
  GIT_DIR: '/dev/null/no-repository',
  GIT_CEILING_DIRECTORIES: dirname(dir),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.attributesFile',
  GIT_CONFIG_VALUE_0: '/dev/null',
})

/** Runs git in `dir` on plain files. */
export const plainGit = (dir: string): Shell => sh({ cwd: dir, env: bareEnv(dir) })

/** Runs git in the repository at `dir`, with the user's configuration. */
export const repoGit = (dir: string, signal?: AbortSignal): Shell =>
  sh({ cwd: dir, env: gitEnv(), ...(signal ? { signal } : {}) })

// git itself exits with 128 or 129, the shell with 126 or 127 when git cannot run, and with more when it was killed.
const ranItself = (code: number | null): boolean => code !== null && (code < 126 || code === 128 || code === 129)

/** Throws a HostError when a git in a temporary folder was killed, or found no space: that says nothing of what it read. */
export const requireRan = ({ exitCode, signal, stderr }: ProcessOutput, what: string): void => {
  if (exitCode === 0) return
  if (isDiskFull(stderr)) throw tempFull()
  if (ranItself(exitCode)) return
  throw new HostError(
    `${what} ${signal === null ? `exited with ${exitCode}` : `was killed by ${signal}`}: ${stderr.trim().split('\n')[0]}`,
    'install git, free memory, and run the same command again',
  )
}
