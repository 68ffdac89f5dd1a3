// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { SelftestFlags } from './actions/selftest.ts'
import { ARCH_NAMES, addFormat, addJobs, addResults, collect } from './shared/options.ts'

/** `zsharness selftest`: shows that the harness catches known bugs. */
export const registerSelftest = (program: Command): void => {
  addFormat(addResults(addJobs(program.command('selftest')), 'the folder of the self-test'))
    .description('plant wrong versions of the code and kernel faults, and show that each is caught')
    .option(
      '--only <glob>',
      'only these cases, comma-separated, * and ? allowed; runs equivalent versions too',
      collect,
    )
    .addOption(new Option('--canaries', 'only the planted kernel faults').conflicts('mutants'))
    .option('--mutants', 'only the wrong versions of the code')
    .addOption(
      new Option('--explore <when>', 'explore the versions of the code too: see explore')
        .choices(['on', 'off', 'only'])
        .default('on'),
    )
    .option('--runs <n>', 'boots of the correct code, which must always pass', '1')
    .option('--arch <name>', `${ARCH_NAMES} or all (default: this host)`)
    .option('--tree <spec>', 'the kernel; its version chooses the set of cases', 'debian:6.1')
    .option('--series <name>', 'the series that the cases are on top of (default: that of the set)')
    .option('--seed <n>', 'seed of every pattern and choice in the guest', '1')
    .addHelpText(
      'after',
      `
The cases are listed in patches/selftest/selftest.yaml for 6.1, and in the folders beside it for other versions.
Each version of the code is first explored in user space, in seconds, as the explorer's own canaries are: a wrong one must
fail there, the correct code and its equivalents must not. What the explorer does not see counts as not covered.
Exit: 0 all as expected, 1 a case was missed or the correct code failed, 2 no case to run, 3 the host failed.

Examples:
  zsharness selftest                      every canary and every wrong version, about a minute each
  zsharness selftest --only 'leak-*'      the leaks
  zsharness selftest --canaries --runs 5  the planted faults, and the correct patch five times
  zsharness selftest --explore only       no boot: the wrong versions that the explorer sees, some minutes
  zsharness selftest --tree debian:7.3    the faults in zswap and zsmalloc as they are in 7.3`,
    )
    .action(async (flags: SelftestFlags) => {
      const { selftest } = await import('./actions/selftest.ts')
      await selftest(flags)
    })
}
