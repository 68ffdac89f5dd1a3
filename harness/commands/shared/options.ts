// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import { ARCHS, LANES } from '../../model/names.ts'

/** The parser of a flag that takes several values, repeated or comma-separated. */
export const collect = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')]

/** `--format`, of every command that shows progress. */
export const addFormat = (command: Command): Command =>
  command.addOption(new Option('--format <format>', 'progress output').choices(['tty', 'plain', 'jsonl', 'github']))

/** `--results`, of every command that makes a folder there. */
export const addResults = (command: Command, what = 'the run folder'): Command =>
  command.option('--results <dir>', `where ${what} is created (default: results/ of the checkout)`)

/** The flags of the guest's workload. */
export const addWorkload = (command: Command): Command =>
  command
    .option('--lane <name...>', `${LANES.join(', ')} (default: every lane that the config can run)`)
    .option('--duration <time>', "length of each lane, as in 30s or 2m (default: each lane's own)")
    .option('--no-amplify', 'run the workload without the module that holds race windows open')

/** What `--arch` takes, for help texts. */
export const ARCH_NAMES = ARCHS.join(', ')

/** `--jobs`, of every command that builds. */
export const addJobs = (command: Command): Command =>
  command.option('--jobs <n>', 'compilers at once (default: the number of CPUs)')

/** The flags that `run` and `matrix` share, with the defaults that one of them has. */
export const addRunFlags = (
  command: Command,
  defaults: { readonly runs?: string; readonly seed?: string },
): Command => {
  addWorkload(
    command
      .option('--patch <file...>', 'patch files or mboxes instead of a series')
      .option('--extra-patch <file...>', 'patches on top of the after leg: a follow-up to try, or a fault to plant'),
  )
    .option('--runs <n>', 'boots of each kernel', defaults.runs)
    .option('--seed <n>', 'seed of every pattern and choice in the guest', defaults.seed)
    .option('--llvm', 'compile the kernel with clang and lld')
    .option('--checks <name>', 'w1, sparse, checkpatch: report what they find new in the patched files', collect)
  addFormat(addResults(addJobs(command)))
  return command
    .option('--baseline <run>', 'the run to compare with (default: the last one of the same selection)')
    .option('--install-deps', 'first install what doctor names, with apt-get')
}
