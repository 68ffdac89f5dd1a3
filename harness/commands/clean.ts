// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { CleanFlags } from '../lib/cache/clean.ts'

/** `zsharness clean`: give back the cache's disk space. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('remove trees, builds and downloads that were not used for a while')
    .option('--older-than <time>', 'unused for longer than this, as in 7d or 12h', '14d')
    .option('--max-size <size>', 'besides, the longest unused until the rest fits, as in 500M or 20G')
    .option('--all', 'everything that no run uses now')
    .option('--dry-run', 'only say what would go')
    .action(async (flags: CleanFlags) => {
      const { clean } = await import('../lib/cache/clean.ts')
      await clean(flags)
    })
}
