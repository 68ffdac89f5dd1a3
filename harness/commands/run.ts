// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { RunFlags } from './actions/run.ts'
import { ARCH_NAMES, addRunFlags, collect, DEBIAN_TREES, TREE_FORMS } from './shared/options.ts'

/** `zsharness run`: builds and boots both legs, and judges the pair. */
export const registerRun = (program: Command): void => {
  const command = program
    .command('run')
    .description('build and boot the kernel without and with the patch, and judge the pair')
    .option('--arch <name>', `${ARCH_NAMES} or all (default: this host)`)
    .option('--tree <spec>', TREE_FORMS, 'debian:6.1')
    .option('--series <name>', 'a folder of patches/, or the path of one elsewhere', 'zsmalloc-deferred-handles')
    .option(
      '--config <name>',
      'configs of kconfigs/configs, comma-separated, or all (default: those of the series, else zpool-on,zpool-off)',
      collect,
    )
    .option('--leg <leg>', 'before, after or both', 'both')
    .option('--profile <name>', 'a profile of kconfigs/profiles (default: that of the series, else kasan)')
  addRunFlags(command, { runs: 'auto', seed: '1' })
    .option(
      '--schedule <file>',
      'try a failing schedule of explore: arm hold points that make the kernel run it, and report whether it is confirmed',
    )
    .option(
      '--bundle <file...>',
      'boot and judge bundles of zsharness bundle, instead of building kernels: before and after of a pair, or one leg alone',
    )
    .option(
      '--watch',
      'run again after each edit that changes the dir: tree or the patches; it cancels the run. Ctrl-C ends with the verdict on the last text, else 130',
    )
    .option('--bell', 'with --watch: ring the bell of the terminal with each verdict')
    .addHelpText(
      'after',
      `
Examples:
  zsharness run                                 test the posted patch on this host's architecture
  zsharness run --arch arm64 --config zpool-on  the same on arm64, zswap only
  zsharness run --leg after --patch my.patch    test the kernel with my patch only
  zsharness run --patch fix.patch --workload repro.c  does the patch fix what my program shows?
  zsharness run --leg after --tree dir:. --watch  test the kernel of this folder, again after each edit
  zsharness run --lane race --schedule results/latest-explore/before/failure-1.schedule.json
                                                does what explore found happen on a booted kernel?
  zsharness run --runs 1000 --submit slurm      a thousand boots of each kernel on a Slurm cluster
  zsharness run --bundle before.tar.zst after.tar.zst --runs 20
                                                boot and judge what another machine built

With --bundle no tree, git, compiler or make is needed; options that need a build are refused.

Where the patch changes zsmalloc, zswap or a header, its objects are also explored in user space, at a low priority,
beside the builds and boots (see explore). That is evidence in the reports: it changes no verdict and no exit code.

${DEBIAN_TREES}

The kernel's own Makefiles and scripts run on this host. Where bwrap (bubblewrap) or unshare works, they run in a sandbox:
no network, and only the build folder and a private /tmp are writable. doctor shows which. Read a patch before you run it.`,
    )
    .action(async (flags: RunFlags) => {
      const { run } = await import('./actions/run.ts')
      await run(flags, (flag) => command.getOptionValueSource(flag) === 'cli')
    })
}
