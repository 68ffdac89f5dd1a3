// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { RunFlags } from '../run/flags.ts'

const collect = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')]

/** `zsharness run`: build and boot both legs, and judge. */
export const registerRun = (program: Command): void => {
  program
    .command('run')
    .description('build and boot the kernel without and with the patch, and judge the pair')
    .option('--arch <name>', 'x86_64, arm64 or all (default: this host)')
    .option('--tree <spec>', 'debian:6.1, v6.2-rc4, 6.1.100, git:URL#REF, dir:PATH or tar:PATH', 'debian:6.1')
    .option('--series <name>', 'a folder of patches/', 'zsmalloc-deferred-handles')
    .option('--patch <file...>', 'patch files or mboxes instead of a series')
    .option('--extra-patch <file...>', 'patches on top of the after leg: a follow-up to try, or a fault to plant')
    .option('--config <name>', 'a config of kconfigs/configs, several with commas, or all', collect)
    .option('--leg <leg>', 'before, after or both', 'both')
    .option('--profile <name>', 'a profile of kconfigs/profiles', 'kasan')
    .option('--lane <name...>', 'race, pump, restore, classes, zram (default: all that the config can run)')
    .option('--runs <n>', 'boots of each kernel', '1')
    .option('--duration <time>', "length of each lane, as in 30s or 2m (default: each lane's own)")
    .option('--no-amplify', 'the workload alone: without the module that holds race windows open')
    .option('--seed <n>', 'seed of every pattern and choice in the guest', '1')
    .option('--jobs <n>', 'compilers at once (default: the number of CPUs)')
    .option('--results <dir>', 'where run folders go (default: results/ of the checkout)')
    .addOption(new Option('--format <format>', 'how progress is told').choices(['tty', 'plain', 'jsonl', 'github']))
    .option('--install-deps', 'first install what doctor names, with apt-get')
    .addHelpText(
      'after',
      `
Examples:
  zsharness run                                 prove the posted patch on this host's architecture
  zsharness run --arch arm64 --config zpool-on  the same on arm64, zswap only
  zsharness run --leg after --patch my.patch    does the kernel with my patch survive?`,
    )
    .action(async (flags: RunFlags) => {
      const { runCommand } = await import('../run/command.ts')
      await runCommand(flags)
    })
}
