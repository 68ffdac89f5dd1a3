// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
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

/** The checkout, or the installed package, that this harness runs from: the parent of both `harness/` and `dist/`. */
export const packageRoot = resolve(import.meta.dirname, '../..')

/** It runs from a checkout: only that has its own sources. */
export const isCheckout = existsSync(join(packageRoot, 'harness/cli.ts'))

export const paths = {
  kconfigs: join(packageRoot, 'kconfigs'),
  patches: join(packageRoot, 'patches'),
  guest: join(packageRoot, 'guest'),
  plans: join(packageRoot, 'harness/inputs/plans'),
  // An installed package is replaced by the next one, with all that is in it.
  results: isCheckout ? join(packageRoot, 'results') : resolve('results'),
} as const
