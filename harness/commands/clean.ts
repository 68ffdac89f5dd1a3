// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { CleanFlags } from './actions/clean.ts'

/** `zsharness clean`: free the disk space of the cache. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('remove cached trees, builds and guests that were not used recently')
    .option('--older-than <time>', 'remove what was not used for this long, such as 7d or 12h', '14d')
    .option('--max-size <size>', 'also remove the least recently used entries until the rest fits, such as 500M or 20G')
    .option('--all', 'remove everything that no run is using, with downloads, mirrors and package lists')
    .option('--dry-run', 'only list what would be removed')
    .action(async (flags: CleanFlags) => {
      const { clean } = await import('./actions/clean.ts')
      await clean(flags)
    })
}
