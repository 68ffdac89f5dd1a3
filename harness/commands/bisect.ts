// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import { BISECT_FORMATS, type BisectFormat } from '../bisect/report/formats.ts'
import type { BisectFlags, ResumeFlags } from './actions/bisect.ts'
import type { StepFlags } from './actions/bisect-step.ts'
import { ARCH_NAMES, addAdditions, addCluster, addFormat, addJobs, addResults, addWorkload } from './shared/options.ts'

const addCell = (command: Command): Command =>
  addJobs(
    addAdditions(
      addWorkload(
        command
          .option('--arch <name>', `one of ${ARCH_NAMES} (default: this host)`)
          .option('--config <name>', 'a config of kconfigs/configs', 'zpool-on')
          .option('--profile <name>', 'a profile of kconfigs/profiles', 'kasan'),
      ),
    )
      .option('--series <name>', 'the series with the signature and the known findings', 'zsmalloc-deferred-handles')
      .option('--seed <n>', 'seed of the first run of each commit', '1'),
  )

const symptomHelp = (auto: string): string =>
  `auto (${auto}), signature (the series' own bug), build, warning, hang, KIND (a kind of finding, such as kasan), KIND: TITLE, a bucket (such as use-after-free:zs_free) or a part of a title`

const addScript = (command: Command): Command =>
  command
    .option(
      '--script <command>',
      'test with this command, in your environment, instead of a boot; exit codes: 0 good, 125 skip, 128 and above stop, all others bad',
    )
    .option('--script-timeout <seconds>', 'a script that runs longer counts as a hang', '3600')
    .option(
      '--carry <file...>',
      'patches to apply to every commit, such as a build fix; left out where a commit contains them',
    )
    .option('--confidence <p>', 'confidence of the whole bisection', '0.99')

const addSearch = (command: Command): Command =>
  addResults(
    command
      .option('--tree <spec>', 'git:URL#REF or git:PATH#REF; REF is the bad end unless --bad is given')
      .option('--good <ref...>', 'commits without the symptom')
      .option('--bad <ref>', 'a commit with the symptom')
      .option('--symptom <what>', symptomHelp('the first failure of the bad end'), 'auto')
      .option('--path <path...>', 'only commits that touch these paths')
      .option('--deterministic', 'the symptom shows in every run of a bad commit')
      .option('--hits <n>', 'hits on the bad end before the search, to estimate the hit rate', '3')
      .option('--max-end-runs <n>', 'runs on the bad end without a hit before it counts as good', '100')
      .option('--max-runs <n>', 'runs after which the search stops without a certain answer', '1000')
      .option('--no-base', "do not carry the series' base")
      .option('--no-proof', 'do not revert the culprit on the bad end'),
    'the folder of the bisection',
  )

const addSubmit = (command: Command): Command =>
  addCluster(command, 'builds and runs')
    .option('--at-once <n>', 'with --submit: runs of a commit at once (default: 8)')
    .addOption(
      new Option('--part <file>', 'build or run one commit of a submitted bisection: what its jobs use').hideHelp(),
    )

const addResume = (bisect: Command): void => {
  addFormat(addJobs(bisect.command('resume')))
    .description('resume an interrupted bisection')
    .argument('[dir]', 'its folder (default: the latest)')
    .action(async (dir: string | undefined, flags: ResumeFlags) => {
      const { resume } = await import('./actions/bisect.ts')
      await resume(dir, flags)
    })
}

const addShow = (bisect: Command): void => {
  bisect
    .command('log')
    .description('print the results so far in the format of git bisect log, for git bisect replay')
    .argument('[dir]', 'the folder of the bisection (default: the latest)')
    .action(async (dir: string | undefined) => {
      const { showLog } = await import('./actions/bisect.ts')
      await showLog(dir)
    })
  bisect
    .command('report')
    .description('show what a bisection has found so far')
    .argument('[dir]', 'the folder of the bisection (default: the latest)')
    .addOption(new Option('--format <format>', 'the format of the report').choices(BISECT_FORMATS).default('plain'))
    .action(async (dir: string | undefined, flags: { format: BisectFormat }) => {
      const { showReport } = await import('./actions/bisect.ts')
      await showReport(dir, flags.format)
    })
}

const addStep = (bisect: Command): void => {
  addFormat(addCell(addScript(bisect.command('step'))))
    .description(
      'test the commit that is checked out, for git bisect run; exits with 0 good, 1 bad, 125 skip, 128 and above stop',
    )
    .option('--symptom <what>', symptomHelp('any failure'), 'auto')
    .option('--runs <n>', 'clean runs that make a commit good (default: computed from --hit-rate and --confidence)')
    .option('--hit-rate <p>', 'share of runs of a bad commit that show the symptom', '1')
    .action(async (flags: StepFlags) => {
      const { step } = await import('./actions/bisect-step.ts')
      await step(flags)
    })
}

/** `zsharness bisect`: finds the first bad commit, even when the symptom is flaky. */
export const registerBisect = (program: Command): void => {
  // Both need positional options: otherwise `bisect` would take the options that `step` has too.
  program.enablePositionalOptions()
  const bisect = addSubmit(addFormat(addCell(addScript(addSearch(program.command('bisect'))))))
    .description('find the first bad commit, even when the symptom is flaky')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
With --submit slurm, builds and runs are jobs of a cluster; this process only decides what comes next. Whatever is killed, this
process too, bisect resume goes on from the journal, on any machine that sees the folder and can submit.

Exit: 0 found, 4 not found, 3 the host failed (continue with resume), 130 interrupted.

Examples:
  zsharness bisect --tree git:~/linux#master --good v6.1 --lane race --symptom signature
  zsharness bisect --tree git:.#HEAD --good v1.0 --script ./flaky-test.sh
  zsharness bisect --tree git:.#HEAD --good v1.0 --script ./flaky-test.sh --submit slurm --partition lab
  zsharness bisect resume
  zsharness bisect log > bisect.log && git bisect replay bisect.log
  git bisect run npx zsharness bisect step --script ./flaky-test.sh --hit-rate 0.3`,
    )
    .action(async (flags: BisectFlags) => {
      if (flags.part !== undefined) {
        const { part } = await import('./actions/bisect-part.ts')
        return part(flags.part, flags)
      }
      const { bisect: search } = await import('./actions/bisect.ts')
      await search(flags)
    })
  addResume(bisect)
  addShow(bisect)
  addStep(bisect)
}
