// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'

/** A flag that takes several values, repeated or with commas. */
export const collect = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')]

/** The flags that `run` and `matrix` share, with the defaults that one of them has. */
export const addRunFlags = (command: Command, defaults: { readonly runs?: string; readonly seed?: string }): Command =>
  command
    .option('--patch <file...>', 'patch files or mboxes instead of a series')
    .option('--extra-patch <file...>', 'patches on top of the after leg: a follow-up to try, or a fault to plant')
    .option('--lane <name...>', 'race, pump, restore, classes, zram (default: all that the config can run)')
    .option('--runs <n>', 'boots of each kernel', defaults.runs)
    .option('--duration <time>', "length of each lane, as in 30s or 2m (default: each lane's own)")
    .option('--no-amplify', 'the workload alone: without the module that holds race windows open')
    .option('--seed <n>', 'seed of every pattern and choice in the guest', defaults.seed)
    .option('--llvm', 'compile the kernel with clang and lld')
    .option('--checks <name>', 'w1, sparse, checkpatch: what they say of the patched files alone is a finding', collect)
    .option('--jobs <n>', 'compilers at once (default: the number of CPUs)')
    .option('--results <dir>', 'where run folders go (default: results/ of the checkout)')
    .option('--baseline <run>', 'the run to compare with (default: the last one of the same selection)')
    .addOption(new Option('--format <format>', 'how progress is told').choices(['tty', 'plain', 'jsonl', 'github']))
    .option('--install-deps', 'first install what doctor names, with apt-get')
