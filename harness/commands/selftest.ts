// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { SelftestFlags } from './actions/selftest.ts'
import { ARCH_NAMES, addFormat, addJobs, addResults, collect } from './shared/options.ts'

/** `zsharness selftest`: show that the harness catches what it is for. */
export const registerSelftest = (program: Command): void => {
  addFormat(addResults(addJobs(program.command('selftest')), 'the table'))
    .description('plant wrong versions of the patch and kernel faults, and show that each is caught')
    .option('--only <glob>', 'cases by name, comma-separated; equivalent versions are booted too if named', collect)
    .addOption(new Option('--canaries', 'planted kernel faults only').conflicts('mutants'))
    .option('--mutants', 'wrong versions of the patch only')
    .option('--runs <n>', 'boots of the correct patch, which must never be caught', '1')
    .option('--arch <name>', `${ARCH_NAMES} or all (default: this host)`)
    .option('--tree <spec>', 'the kernel that the wrong versions are written for', 'debian:6.1')
    .option('--series <name>', 'the series that the wrong versions change', 'zsmalloc-deferred-handles')
    .option('--seed <n>', 'seed of every pattern and choice in the guest', '1')
    .addHelpText(
      'after',
      `
The cases are listed in patches/selftest/selftest.yaml. Exit 0: all as expected; 1: something was missed, or the
correct patch failed; 3: the host failed.

Examples:
  zsharness selftest                      every canary and every wrong version, about a minute each
  zsharness selftest --only 'leak-*'      the leaks
  zsharness selftest --canaries --runs 5  the planted faults, and the correct patch five times`,
    )
    .action(async (flags: SelftestFlags) => {
      const { selftest } = await import('./actions/selftest.ts')
      await selftest(flags)
    })
}
