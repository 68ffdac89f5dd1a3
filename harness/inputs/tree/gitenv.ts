// SPDX-License-Identifier: MIT
import { dirname, join } from 'node:path'
import type { Shell } from 'zx/core'
import { sh } from '../../lib/process/sh.ts'

type Env = Record<string, string | undefined>

/** The environment without GIT_*, without the user's configuration, in English, never asking. */
export const gitEnv = (env: Env = process.env): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || (name.startsWith('GIT_') && !name.startsWith('GIT_SSH')) ? [] : [[name, value]],
    ),
  ),
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Reading a repository must not write to it.
  GIT_OPTIONAL_LOCKS: '0',
})

/**
 * For git as a tool on plain folders. Inside somebody's checkout `git apply` silently skips every file; the user's
 * configuration could change line ends or white space.
 */
export const bareEnv = (dir: string): Record<string, string> => ({
  ...gitEnv(),
  GIT_DIR: join(dir, '.no-repository'),
  GIT_CEILING_DIRECTORIES: dirname(dir),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
})

/** git in `dir`, as a tool on plain files. */
export const plainGit = (dir: string): Shell => sh({ cwd: dir, env: bareEnv(dir) })

/** git in the repository at `dir`, as the user has configured it. */
export const repoGit = (dir: string, signal?: AbortSignal): Shell =>
  sh({ cwd: dir, env: gitEnv(), ...(signal ? { signal } : {}) })
