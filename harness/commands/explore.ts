// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { ExploreFlags } from './actions/explore.ts'
import { addFormat, addJobs, addResults, DEBIAN_TREES, patchOption, TREE_FORMS } from './shared/options.ts'

/** `zsharness explore`: every order of steps of the kernel's own objects, in user space. */
export const registerExplore = (program: Command): void => {
  const command = program
    .command('explore')
    .description("run the kernel's own mm/zsmalloc.o in user space, in every order of its threads' steps, on both legs")
    .option('--arch <name>', 'x86_64: objects of others do not run here (default: x86_64)')
    .option('--tree <spec>', TREE_FORMS, 'debian:6.1')
    .option('--series <name>', 'a folder of patches/, or the path of one elsewhere', 'zsmalloc-deferred-handles')
    .addOption(patchOption())
    .option('--extra-patch <file...>', 'patches to add to the after leg, named as for --patch')
    .option('--config <name>', 'a config of kconfigs/configs', 'zpool-on')
    .option('--leg <leg>', 'before, after or both', 'both')
    .option('--budget <time>', 'how long each leg is searched', '60s')
    .option('--bound <n>', 'the most preemptions of a schedule, or none; lower ones come first', '3')
    .addOption(
      new Option('--memory <model>', 'sc: every store is seen at once; tso: it may be seen late, as on x86')
        .choices(['sc', 'tso'])
        .default('sc'),
    )
    .addOption(
      new Option('--points <where>', 'where a thread may stop: at locks and atomics, at races too, or at each access')
        .choices(['sync', 'racy', 'all'])
        .default('racy'),
    )
    .option('--scenario <file...>', 'these scenarios instead of those of guest/explore/scenarios and generated ones')
    .option('--generate <size>', 'the size of generated scenarios, 0 for none (default: 1; with --scenario, 0)')
    .option('--seed <n>', 'seed of the order of generated scenarios', '1')
    .option('--replay <file>', 'run one schedule again: a failure-N.schedule.json of an exploration')
    .option('--llvm', 'compile the objects with clang')
  addFormat(addResults(addJobs(command), 'the folder of the exploration')).addHelpText(
    'after',
    `
Nothing boots: what is found here is evidence, and a failure is "found in the model, not confirmed on a booted kernel".
It always searches; run has answers of its own from the cache.
Exit: 0 explored (before fails with the bug, after is complete to a bound, every line of the patch ran) or the replay
failed again, 4 anything less, 2 and 3 as in run.

Examples:
  zsharness explore                            the posted patch, about a minute
  zsharness explore --leg after --patch my.patch --budget 10m --bound none
  zsharness explore --replay results/latest-explore/before/failure-1.schedule.json

${DEBIAN_TREES}

The code of the patch runs on this host, in the same sandbox as a build: see run.`,
  )
  command.action(async (flags: ExploreFlags) => {
    const { explore } = await import('./actions/explore.ts')
    await explore(flags, (flag) => command.getOptionValueSource(flag) === 'cli')
  })
}
