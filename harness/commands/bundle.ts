// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { BundleFlags } from './actions/bundle.ts'
import { addFormat } from './shared/options.ts'

/** `zsharness bundle`: one file that boots anywhere. */
export const registerBundle = (program: Command): void => {
  addFormat(program.command('bundle'))
    .description('write the kernel of one cell, with all that booting and judging it needs, to one file')
    .argument('<run/cell>', 'a folder of results/ or its name, and one of its cells')
    .option('-o, --output <file>', 'where it is written (default: a name made of its content, in this folder)')
    .option('--strip', 'leave out what only symbols and coverage need')
    .addHelpText(
      'after',
      `
The kernel has to be in the cache still; nothing is built. The file is a tar, compressed with zstd: unpacked, ./boot.sh in it
boots the kernel with sh and QEMU alone, and README.txt says what else is there: patches, and what that boot said. The same
cell makes the same bytes.
run --bundle boots and judges bundles on a host without tree, git, compiler and make.

Examples:
  zsharness bundle results/latest/x86_64-zpool-on-kasan-before -o before.tar.zst
  zsharness bundle results/latest/x86_64-zpool-on-kasan-after -o after.tar.zst
  zsharness bundle results/latest/arm64-zpool-on-kasan-before --strip
  zsharness run --bundle before.tar.zst after.tar.zst`,
    )
    .action(async (spec: string, flags: BundleFlags) => {
      const { bundle } = await import('./actions/bundle.ts')
      await bundle(spec, flags)
    })
}
