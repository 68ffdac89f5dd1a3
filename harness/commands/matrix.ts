// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import { LAVA_METHODS } from '../run/plan/lavamethods.ts'
import type { MatrixFlags } from './actions/matrix.ts'
import { ARCH_NAMES, addRunFlags, collect, TREE_FORMS } from './shared/options.ts'

const HELP = `
Without --run or --emit the command prints the cells, how many objects each of their kernels compiles, the ETA, and the
time that no other order of the same work could beat.
A flag whose value is in the plan narrows the plan; any other value replaces the plan's own.

The keys of a plan are described in harness/inputs/plans/README.md.

--shard I/N selects the I-th of N parts. The part of a cell depends only on its tree, architecture and profile: cells
whose builds share objects stay together, and new cells in a plan do not move the others.

Each tree, series and config that is explored (--explore) is explored once, by the shard of its first pair in the plan: the
objects do not depend on architecture and profile.

Examples:
  zsharness matrix                                    print the nightly plan
  zsharness matrix --run                              run it
  zsharness matrix --arch arm64 --config zpool-off    print a part of it
  zsharness matrix full --shard 2/4 --run             run the plan full on four machines: this is the second
  zsharness matrix --submit slurm --partition lab     run it on a Slurm cluster
  zsharness matrix --emit github                      print a job for each shard, for fromJSON in a workflow
  zsharness matrix --emit lava --bundle *.tar.zst --output jobs  write a LAVA job for each cell that has a bundle
  zsharness report merge shard1/latest shard2/latest  merge the shards into one run`

/** `zsharness matrix`: prints or runs a plan of cells, or a shard of it. */
export const registerMatrix = (program: Command): void => {
  const command = program
    .command('matrix')
    .description('print a plan of many cells, run it, or run a shard of it')
    .argument('[plan]', 'a YAML file, or the name of one in harness/inputs/plans/', 'nightly')
    .addOption(
      new Option('--run', 'build, boot and judge the cells; --submit does that on a cluster').conflicts('emit'),
    )
    .option('--shard <i/n>', 'only the i-th of n parts')
    .addOption(
      new Option('--emit <form>', 'print CI jobs instead; lava: write job definitions of LAVA')
        .choices(['github', 'lava'])
        .conflicts('shard'),
    )
    .option(
      '--shards <n>',
      'with --emit: the number of shards (default: one for each group of builds that share objects)',
    )
    .option('--bundle <file...>', 'with --emit lava: the kernels, as zsharness bundle wrote them')
    .option('--output <dir>', 'with --emit lava: where jobs, kernels and disks are written')
    .option('--files-url <url>', 'with --emit lava: where its workers find that folder (default: file:// and its path)')
    .option('--device-type <name>', "with --emit lava: LAVA's device type (default: qemu)")
    .addOption(
      new Option('--boot-method <method>', 'with --emit lava: how a board boots (default: qemu)').choices(LAVA_METHODS),
    )
    .option('--arch <name>', `${ARCH_NAMES}, comma-separated, or all`, collect)
    .option('--tree <spec...>', TREE_FORMS)
    .option('--series <name>', 'a folder of patches/, or the path of one elsewhere; comma-separated', collect)
    .option('--config <name>', 'a config of kconfigs/configs, comma-separated, or all', collect)
    .option('--profile <name>', 'a profile of kconfigs/profiles, comma-separated, or all', collect)
    .option('--leg <leg>', 'before, after or both')
  addRunFlags(command, {})
    .addHelpText('after', HELP)
    .action(async (plan: string, flags: MatrixFlags) => {
      const { matrix } = await import('./actions/matrix.ts')
      await matrix(plan, flags)
    })
}
