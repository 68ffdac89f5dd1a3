// SPDX-License-Identifier: MIT
import { type Command, Option } from 'commander'
import { corpusFormats } from '../report/corpus/formats.ts'
import { reportFormats } from '../report/formats.ts'
import { historyFormats } from '../report/history/formats.ts'
import type { MergeFlags, ReportFlags } from './actions/report.ts'
import type { CorpusFlags } from './actions/report-corpus.ts'
import type { HistoryFlags } from './actions/report-history.ts'
import { addResults } from './shared/options.ts'

const registerCorpus = (report: Command): void => {
  addResults(report.command('corpus'), 'the last run of the plan')
    .description('show what a run found of the bugs of the corpus: symptom, seconds to failure, exposure, verdict')
    .argument('[run]', 'a run of the plan corpus, or of another with its series (default: the last run of the plan)')
    .addOption(new Option('--format <format>', 'the format of the page').choices(corpusFormats).default('html'))
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option('--schema', 'print the JSON schema of --format json')
    .addHelpText(
      'after',
      `
Examples:
  zsharness matrix corpus --run
  zsharness report corpus --output corpus.html
  zsharness report corpus latest --format markdown`,
    )
    .action(async (run: string | undefined, flags: CorpusFlags) => {
      const { corpus } = await import('./actions/report-corpus.ts')
      await corpus(run, flags)
    })
}

const registerHistory = (report: Command): void => {
  report
    .command('history')
    .description('show all runs of a folder over time: verdicts by night, flaky kernels, times, rates and sizes')
    .argument('[results]', 'the folder that the runs are in (default: results/ of the checkout)')
    .addOption(new Option('--format <format>', 'the format of the page').choices(historyFormats).default('html'))
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option('--schema', 'print the JSON schema of --format json')
    .addHelpText(
      'after',
      `
A row is a pair, or a kernel without one. Its first bad run is the first after the last good one; runs that say nothing
of the kernel change nothing. A kernel is flaky when some boots of it fail and others pass, or when it failed, passed
and failed again as its code changed; the interval is the exact one of 95 %. A folder that is no run, or cannot be read
as one, is listed and does not count; nor does a copy, or a shard beside its merged run. Of a run only run.json is read.

Examples:
  zsharness report history --output history.html
  zsharness report history /srv/nightly/results --format markdown
  zsharness report history results --format json | jq '.flaky[].name'`,
    )
    .action(async (results: string | undefined, flags: HistoryFlags) => {
      const { history } = await import('./actions/report-history.ts')
      await history(results, flags)
    })
}

/** `zsharness report`, `merge`, `corpus` and `history`. */
export const registerReport = (program: Command): void => {
  const report = program
    .command('report')
    // What comes after the name of a subcommand is the subcommand's: both have --format and --output.
    .enablePositionalOptions()
    .description('show what a run found')
    .argument('[run]', 'a folder of results/ or its name')
    .addOption(new Option('--format <format>', 'the format of the report').choices(reportFormats).default('html'))
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option('--origin <name>', 'with --format kcidb: who reports (default: zsharness)')
    .option('--base-url <url>', 'with --format kcidb: where the folders of results/ are published (default: no URLs)')
    .option('--schema', 'print the JSON schema of run.json and of --format json')
    .addHelpText(
      'after',
      `
Examples:
  zsharness report results/latest --output report.html
  zsharness report latest --format junit > junit.xml
  zsharness report latest --format mail --output reply.eml && git send-email --dry-run reply.eml
  zsharness report latest --format kcidb --origin myci --base-url https://ci.example.org/results
  zsharness report merge shard1/latest shard2/latest`,
    )
    .action(async (run: string | undefined, flags: ReportFlags) => {
      const { report: show } = await import('./actions/report.ts')
      await show(run, flags)
    })
  addResults(report.command('merge'))
    .description('merge the shards of one run')
    .argument('<runs...>', 'the folders of the shards')
    .option('--baseline <run>', 'the run to compare with (default: the last one with the same selection in --results)')
    .addHelpText(
      'after',
      `
Shards are merged when they tested the same: the same zsharness, seed, plan, lanes and their length; the same sources of
each tree, patches of each series and compiler of each architecture; and for each pair the same configuration and
accelerator. Times, hosts and their other programs may differ. A run of an older zsharness, which does not record its
sources, is merged with a note, or refused when it shares a pair with another shard.`,
    )
    .action(async (runs: readonly string[], flags: MergeFlags) => {
      const { merge } = await import('./actions/report.ts')
      await merge(runs, flags)
    })
  registerCorpus(report)
  registerHistory(report)
}
