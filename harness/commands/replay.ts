// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import type { ReplayFlags } from './actions/replay.ts'
import { addFormat, addResults, addStore } from './shared/options.ts'

/** `zsharness replay`: repeats one boot. */
export const registerReplay = (program: Command): void => {
  addFormat(addStore(addResults(program.command('replay'))))
    .description('boot the kernel of one cell again, with the same seed and command line')
    .argument('<run/cell>', 'a folder of results/ or its name, and one of its cells; or the file of a bundle')
    .option('--gdb', 'wait for a debugger before the first instruction, and print the command that attaches it')
    .option('--at-splat', 'stop the guest at the first report of its kernel, for a debugger')
    .option('--shell', "connect this terminal to a shell in the guest instead of running the cell's lanes")
    .option('--dump', "keep the guest's memory as an ELF core, as large as the memory, when the cell fails")
    .option('--until-fail <n>', 'boot up to n times, until one fails')
    .addHelpText(
      'after',
      `
The kernel comes from the cache or is built again; that of a bundle comes from its file. The exit codes are those of run.

--gdb and --at-splat print a command for another terminal: gdb has the kernel's and the guest's modules' symbols then, and
the sources of that leg. From then on no time limit ends the guest; Ctrl-C does, and it holds the machine's seat until
then. What is debugged is not judged: such a boot is inconclusive (exit 4).

Examples:
  zsharness replay results/latest/x86_64-zpool-on-kasan-before
  zsharness replay before.tar.zst
  zsharness replay results/latest/x86_64-zpool-on-kasan-before --gdb
  zsharness replay results/latest/x86_64-zpool-on-kasan-before --at-splat --dump
  zsharness replay results/latest/arm64-zpool-on-kasan-after --shell
  zsharness replay results/latest/arm64-zpool-on-kasan-after --until-fail 50 --dump`,
    )
    .action(async (spec: string, flags: ReplayFlags) => {
      const { replay } = await import('./actions/replay.ts')
      await replay(spec, flags)
    })
}
