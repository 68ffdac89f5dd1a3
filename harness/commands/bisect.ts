// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import type { BisectFormat } from '../bisect/report/index.ts'
import type { Format } from '../progress/format.ts'
import type { BisectFlags } from './bisect/options.ts'
import type { StepFlags } from './bisect/step.ts'

const addCell = (command: Command): Command =>
  command
    .option('--arch <name>', 'x86_64 or arm64 (default: this host)')
    .option('--config <name>', 'a config of kconfigs/configs', 'zpool-on')
    .option('--profile <name>', 'a profile of kconfigs/profiles', 'kasan')
    .option('--lane <name...>', 'race, pump, restore, classes, zram (default: all that the config can run)')
    .option('--duration <time>', "length of each lane, as in 30s or 2m (default: each lane's own)")
    .option('--no-amplify', 'the workload alone: without the module that holds race windows open')
    .option('--series <name>', 'the series whose signature and known findings count', 'zsmalloc-deferred-handles')
    .option('--seed <n>', 'seed of the first run of each commit', '1')
    .option('--jobs <n>', 'compilers at once (default: the number of CPUs)')

const addFormat = (command: Command): Command =>
  command.addOption(
    new Option('--format <format>', 'how progress is told').choices(['tty', 'plain', 'jsonl', 'github']),
  )

const SYMPTOM =
  "auto (what the bad end shows first), signature (the series' own bug), build, warning, hang, KIND, KIND: TITLE or a part of a title"

const addScript = (command: Command): Command =>
  command
    .option('--script <command>', 'test with this instead of a boot: 0 clean, 125 skip, 128 and up stop, others bad')
    .option('--script-timeout <seconds>', 'a script that takes longer hangs', '3600')
    .option('--carry <file...>', 'patches on every commit: a base, a build fix; left out where they are in already')
    .option('--confidence <p>', 'of the whole bisection', '0.99')

const addSearch = (command: Command): Command =>
  command
    .option('--tree <spec>', 'git:URL#REF or git:PATH#REF; REF is the bad end unless --bad is given')
    .option('--good <ref...>', 'commits without the symptom')
    .option('--bad <ref>', 'a commit with it')
    .option('--symptom <what>', SYMPTOM, 'auto')
    .option('--path <path...>', 'only commits that touch these')
    .option('--deterministic', 'the symptom shows in every run of a bad commit')
    .option('--hits <n>', 'hits on the bad end before the search, to know the hit rate by', '3')
    .option('--max-end-runs <n>', 'runs on the bad end without a hit before it counts as good', '100')
    .option('--max-runs <n>', 'runs before it stops with what it has', '1000')
    .option('--no-base', "do not carry the series' base")
    .option('--no-proof', 'do not revert the culprit on the bad end')
    .option('--results <dir>', 'where the folder of the bisection goes (default: results/ of the checkout)')

const addResume = (bisect: Command): void => {
  addFormat(bisect.command('resume'))
    .description('go on with a bisection that was ended or killed')
    .argument('[dir]', 'its folder (default: the latest)')
    .option('--jobs <n>', 'compilers at once (default: the number of CPUs)')
    .action(async (dir: string | undefined, flags: { jobs?: string; format?: Format }) => {
      const { resumeCommand } = await import('./bisect/command.ts')
      await resumeCommand(dir, flags)
    })
}

const REPORTS = ['plain', 'html', 'junit', 'ktap', 'json', 'sarif', 'markdown']

const addShow = (bisect: Command): void => {
  bisect
    .command('log')
    .description('the conclusions so far as git bisect log has them, for git bisect replay')
    .argument('[dir]', 'the folder of the bisection (default: the latest)')
    .action(async (dir: string | undefined) => {
      const { logCommand } = await import('./bisect/command.ts')
      await logCommand(dir)
    })
  bisect
    .command('report')
    .description('what a bisection has found so far')
    .argument('[dir]', 'the folder of the bisection (default: the latest)')
    .addOption(new Option('--format <format>', 'how to show it').choices(REPORTS).default('plain'))
    .action(async (dir: string | undefined, flags: { format: BisectFormat }) => {
      const { reportCommand } = await import('./bisect/command.ts')
      await reportCommand(dir, flags.format)
    })
}

const addStep = (bisect: Command): void => {
  addFormat(addCell(addScript(bisect.command('step'))))
    .description('test the commit that is checked out, for git bisect run: 0 good, 1 bad, 125 skip, 128 and up stop')
    .option('--symptom <what>', `${SYMPTOM}; auto means any failure here`, 'auto')
    .option('--runs <n>', 'runs that a good answer takes (default: what --hit-rate and --confidence need)')
    .option('--hit-rate <p>', 'share of runs of a bad commit that show the symptom', '1')
    .action(async (flags: StepFlags) => {
      const { stepCommand } = await import('./bisect/step.ts')
      await stepCommand(flags)
    })
}

/** `zsharness bisect`: which commit brought a symptom that may show only sometimes. */
export const registerBisect = (program: Command): void => {
  // On both, else `bisect` would take the options that `step` shares with it.
  program.enablePositionalOptions()
  const bisect = addFormat(addCell(addScript(addSearch(program.command('bisect')))))
    .description('find the commit that brought a symptom, through noise')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Exit: 0 a commit is named, 4 none can be, 3 the host failed (resume goes on), 130 interrupted.

Examples:
  zsharness bisect --tree git:~/linux#master --good v6.1 --lane race --symptom signature
  zsharness bisect --tree git:.#HEAD --good v1.0 --script ./flaky-test.sh
  zsharness bisect resume
  zsharness bisect log > bisect.log && git bisect replay bisect.log
  git bisect run npx zsharness bisect step --script ./flaky-test.sh --hit-rate 0.3`,
    )
    .action(async (flags: BisectFlags) => {
      const { bisectCommand } = await import('./bisect/command.ts')
      await bisectCommand(flags)
    })
  addResume(bisect)
  addShow(bisect)
  addStep(bisect)
}
