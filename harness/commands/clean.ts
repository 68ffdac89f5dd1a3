// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { CleanFlags } from '../lib/cache/clean.ts'

/** `zsharness clean`: frees disk space of the cache. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('remove trees, builds and downloads that were not used for a while')
    .option('--older-than <time>', 'remove entries that were unused for longer than this, for example 7d or 12h', '14d')
    .option(
      '--max-size <size>',
      'also remove the least recently used entries until the rest fits, for example 500M or 20G',
    )
    .option('--all', 'remove everything that no run is using')
    .option('--dry-run', 'only list what would be removed')
    .action(async (flags: CleanFlags) => {
      const { clean } = await import('../lib/cache/clean.ts')
      await clean(flags)
    })
}
