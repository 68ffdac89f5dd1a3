// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import { AMPLIFY, ARCHS, CHECKS, OWN_LANES } from '../../model/names.ts'

/** The parser of a flag that takes several values, repeated or comma-separated. */
export const collect = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')]

/** `--format`, for commands that show progress. */
export const addFormat = (command: Command): Command =>
  command.addOption(
    new Option('--format <format>', 'format of the progress output').choices(['tty', 'plain', 'jsonl', 'github']),
  )

/** `--results`, for commands that create a folder there. */
export const addResults = (command: Command, what = 'the run folder'): Command =>
  command.option(
    '--results <dir>',
    `where ${what} is created (default: results/ of the checkout, else of the current folder)`,
  )

/** The flags of the guest's workload. */
export const addWorkload = (command: Command): Command =>
  command
    .option(
      '--lane <name...>',
      `${OWN_LANES.join(', ')} (default: those of the series, else every lane that runs by default on such a kernel; with --workload, none)`,
    )
    .option('--duration <time>', "length of each lane, for example 30s or 2m (default: each lane's own)")
    .option(
      '--hold <point...>',
      "hold points instead of those of the series, for example 'zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms'",
    )
    .addOption(
      new Option(
        '--amplify <how>',
        'given: hold CPUs at the points of the series or of --hold; auto: look for such points, from the patch; off: run the workload alone (default: given)',
      ).choices(AMPLIFY),
    )
    .option('--no-amplify', 'the same as --amplify off')

/** The flags that add programs, kernel options, parameters and hardware. */
export const addAdditions = (command: Command): Command =>
  command
    .option(
      '--workload <program...>',
      "a .c file, which is compiled with -static -pthread, or a static program; with its arguments in the same word: 'repro.c -n 5'. The guest runs it as root",
    )
    .option('--workload-time <time>', 'when the programs of --workload are stopped (default: 30s)')
    .option('--workload-procs <n>', 'processes of each program of --workload (default: 1)')
    .option(
      '--signature <functions>',
      "functions of the bug's stack, comma-separated, innermost first, instead of the signature of the series",
    )
    .option('--kconfig <file...>', 'Kconfig fragments to add to the config and profile, as in kconfigs/')
    .option(
      '--param <parameter...>',
      "kernel parameters to add at the end, for example 'zswap.enabled=0' or cgroup_disable=memory",
    )
    .option('--memory <mib>', 'memory of the guest in MiB (default: 512)')
    .option('--disk <mib>', 'a second disk, empty: /dev/vdb, for example as the backing device of zram')

/** What `--arch` takes, for help texts. */
export const ARCH_NAMES = ARCHS.join(', ')

/** What `--tree` takes, for help texts. */
export const TREE_FORMS = 'debian:6.1, debian:6.12=VERSION, v6.2-rc4, 6.1.100, git:URL#REF, dir:PATH or tar:PATH'

/** How the version of a `debian:` tree is chosen, for help texts. */
export const DEBIAN_TREES = `--tree debian:6.12 is the package linux-source-6.12: the installed one, else the newest that the apt sources of this host
have, else the newest of Debian 12 and 13 with their backports (debian:7.3). No apt preference hides it. The lists that
this needs are fetched into the cache, at most once a day, and verified with Debian's keys.
--tree debian:6.12=6.12.117-1~deb12u1 is exactly this version. An error lists the versions that are served.`

/** `--jobs`, for commands that build. */
export const addJobs = (command: Command): Command =>
  command.option('--jobs <n>', 'compilers at once (default: the CPUs that this process may use; doctor shows them)')

/** `--store`, for commands that make or use what other machines can share. */
export const addStore = (command: Command): Command =>
  command.option(
    '--store <place>',
    'share downloaded sources and built kernels with other machines: a folder, file:///PATH, or an http(s) URL that takes GET and PUT (default: $ZSHARNESS_STORE)',
  )

/** The flags of a submission to a cluster; `what` is run there. */
export const addCluster = (command: Command, what: string): Command =>
  command
    .addOption(
      new Option(
        '--submit <engine>',
        `run ${what} on a cluster; the folder of --results must be one that its nodes see`,
      ).choices(['slurm']),
    )
    .option('--partition <name>', 'with --submit: the partition, as for sbatch')
    .option('--account <name>', 'with --submit: the account, as for sbatch')
    .option('--constraint <features>', 'with --submit: features that every node must have, as for sbatch')
    .option(
      '--time <time>',
      'with --submit: the limit of each job, for example 90m or 4h (default: from its builds and boots)',
    )
    .option(
      '--sbatch-arg <argument>',
      'with --submit: a further argument of sbatch, as --sbatch-arg=--qos=NAME; may be repeated',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option(
      '--node-command <path>',
      'with --submit: the zsharness program of the nodes (default: this one, by the same path)',
    )

const addSubmit = (command: Command): Command =>
  addCluster(command, 'the cells')
    .option('--no-wait', 'with --submit: return once all is queued, and print how to look, to wait and to cancel')
    .addOption(new Option('--part <file>', 'run one part of a submitted run: what its jobs use').hideHelp())

/** `--patch`: it takes the place of a series. */
export const patchOption = (): Option =>
  new Option(
    '--patch <file...>',
    'patches instead of a series: files, mboxes, - (standard input), git:PATH#A..B or lore:MESSAGE-ID (with b4)',
  ).conflicts('series')

/** The flags that `run` and `matrix` share; their defaults differ. */
export const addRunFlags = (
  command: Command,
  defaults: { readonly runs?: string; readonly seed?: string },
): Command => {
  addAdditions(
    addWorkload(
      command
        .addOption(patchOption())
        .option(
          '--extra-patch <file...>',
          'patches to add to the after leg, named as for --patch: a follow-up to try, or a fault to plant',
        ),
    ),
  )
    .option(
      '--runs <n>',
      'boots of each kernel; auto: boot once, then again, at most 10 times each, until the clean boots cannot be luck',
      defaults.runs,
    )
    .option('--confidence <p>', 'how sure fixed has to be that the clean boots are not luck', '0.99')
    .addOption(
      new Option('--expect <verdict>', 'clean: for a series whose bug cannot be shown, when both legs pass')
        .choices(['fixed', 'clean'])
        .default('fixed'),
    )
    .option('--seed <n>', 'seed of every pattern and choice in the guest', defaults.seed)
    .option('--llvm', 'compile the kernel with clang and lld')
    .option(
      '--checks <name>',
      `${CHECKS.join(', ')}, comma-separated: report their new warnings in the patched files`,
      collect,
    )
    .addOption(
      new Option(
        '--explore <how>',
        "on: also run the kernel's own zsmalloc and zswap in user space, in every order of their threads' steps, where the patch changes them; evidence beside the boots, no verdict",
      )
        .choices(['on', 'off'])
        .default('on'),
    )
    .option(
      '--explore-budget <time>',
      'CPU time to explore each leg, and how long the reports wait for it after the verdict',
      '20s',
    )
  addSubmit(addFormat(addStore(addResults(addJobs(command)))))
  return command
    .option('--baseline <run>', 'the run to compare with (default: the last one with the same selection)')
    .option('--install-deps', 'first install missing packages with apt-get, as doctor --fix')
}
