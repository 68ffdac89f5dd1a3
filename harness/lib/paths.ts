// SPDX-License-Identifier: MIT
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** `$ZSHARNESS_CACHE`, else `$XDG_CACHE_HOME/zsharness`, else `~/.cache/zsharness`; absolute. */
export const cacheRoot = (env: Env = process.env): string => {
  if (env.ZSHARNESS_CACHE) return resolve(env.ZSHARNESS_CACHE)
  // The XDG specification says to ignore relative paths.
  const xdg = env.XDG_CACHE_HOME
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'zsharness')
}

/** The checkout that this harness runs from: the parent of both `harness/` and `dist/`. */
export const packageRoot = resolve(import.meta.dirname, '../..')

export const paths = {
  kconfigs: join(packageRoot, 'kconfigs'),
  patches: join(packageRoot, 'patches'),
  guest: join(packageRoot, 'guest'),
  plans: join(packageRoot, 'harness/inputs/plans'),
  results: join(packageRoot, 'results'),
} as const
