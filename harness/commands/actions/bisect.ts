// SPDX-License-Identifier: MIT
import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { begin } from '../../bisect/begin.ts'
import { continueBisection, makeReport, type OpenTester, onThisMachine } from '../../bisect/continue.ts'
import { PRIOR_ALWAYS } from '../../bisect/core/rate.ts'
import { stateOf } from '../../bisect/engine/state.ts'
import { openRepo } from '../../bisect/git/repo.ts'
import { Journal, readJournal, requireJournal } from '../../bisect/journal/journal.ts'
import type { StartRecord, TestPlan } from '../../bisect/journal/records.ts'
import type { BisectFormat } from '../../bisect/report/formats.ts'
import { gitBisectLog } from '../../bisect/report/gitlog.ts'
import { renderBisect } from '../../bisect/report/index.ts'
import type { BisectRequest } from '../../bisect/request.ts'
import { onSlurm } from '../../bisect/slurm/tester.ts'
import { parseSymptom } from '../../bisect/symptom.ts'
import { localPath } from '../../inputs/tree/git.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { probability, wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import { DEFAULT_MEMORY_MIB } from '../../model/results.ts'
import type { Format } from '../../progress/format.ts'
import { buildMiBFor } from '../../submit/create.ts'
import { type CellFlags, kernelPlanFrom, resolvePlan, seriesOf } from '../shared/cell.ts'
import { resolvePatches } from '../shared/resolve.ts'
import { ownCommand, withProgress } from '../shared/session.ts'
import { jobsFrom, resultsFrom, settingsFrom } from '../shared/settings.ts'
import {
  asksToSubmit,
  buildCpusFrom,
  constraintsFrom,
  programFrom,
  requireSbatch,
  type SubmitFlags,
  slurmFrom,
} from '../shared/submit.ts'

/** The flags of `bisect`, not yet parsed. */
export interface BisectFlags extends CellFlags, Omit<SubmitFlags, 'jobs' | 'baseline' | 'wait'> {
  readonly atOnce?: string
  readonly part?: string
  readonly seed: string
  readonly tree?: string
  readonly good?: readonly string[]
  readonly bad?: string
  readonly symptom: string
  readonly script?: string
  readonly scriptTimeout: string
  readonly confidence: string
  readonly hits: string
  readonly maxEndRuns: string
  readonly maxRuns: string
  readonly deterministic?: boolean
  readonly carry?: readonly string[]
  readonly base: boolean
  readonly path?: readonly string[]
  readonly proof: boolean
  readonly format?: Format
}

const MAX_VALUE = 999_999

/** The value of `--confidence`. */
export const confidenceFrom = (text: string): number => probability('--confidence', text, 0.5)

/** Seconds of `--script-timeout`. */
export const timeoutFrom = (text: string): number => wholeNumber('--script-timeout', text, 1, MAX_VALUE)

const searchSettings = (flags: BisectFlags): StartRecord['settings'] => ({
  confidence: confidenceFrom(flags.confidence),
  proofHits: flags.deterministic ? 1 : wholeNumber('--hits', flags.hits, 1, MAX_VALUE),
  maxEndRuns: wholeNumber('--max-end-runs', flags.maxEndRuns, 1, MAX_VALUE),
  maxRuns: wholeNumber('--max-runs', flags.maxRuns, 1, MAX_VALUE),
  always: flags.deterministic ? 1 : PRIOR_ALWAYS,
})

// A path is relative to the current folder, not to the work tree in which the script runs.
const absoluteScript = async (command: string): Promise<string> => {
  const [word = ''] = command.split(/\s/)
  if (!word.includes('/') || word.startsWith('/')) return command
  const path = resolve(word)
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ? `${path}${command.slice(word.length)}` : command
}

/** The test of each commit: a script, or the kernel of one cell. */
export const testPlanFrom = async (
  flags: CellFlags & Pick<BisectFlags, 'script' | 'scriptTimeout'>,
): Promise<TestPlan> => {
  const { script } = flags
  if (script === undefined) return kernelPlanFrom(flags)
  if (script.trim() === '') throw new UsageError('--script is empty', 'give a shell command')
  return { by: 'script', command: await absoluteScript(script), timeoutS: timeoutFrom(flags.scriptTimeout) }
}

const gitTreeFrom = (text: string | undefined): BisectRequest['tree'] => {
  if (text === undefined) throw new UsageError('bisect needs --tree', 'give --tree git:URL#REF or git:PATH#REF')
  const spec = parseTreeSpec(text)
  if (spec.kind !== 'git') throw new UsageError(`--tree ${text}: only a git tree has a history`, 'give git:URL#REF')
  return spec
}

const AT_ONCE = 8

/** How to submit; null to test on this machine. */
const submitFrom = async (flags: BisectFlags, plan: TestPlan): Promise<BisectRequest['submit']> => {
  if (!asksToSubmit(flags)) {
    if (flags.atOnce === undefined) return null
    throw new UsageError('--at-once needs --submit slurm', 'add --submit slurm, or leave --at-once out')
  }
  await requireSbatch()
  const cpus = buildCpusFrom(flags)
  const constraint = plan.by === 'script' ? undefined : (await constraintsFrom(flags))(plan.arch)
  return {
    engine: 'slurm',
    slurm: { ...(constraint === undefined ? {} : { constraint }), ...slurmFrom(flags) },
    program: [...programFrom(flags)],
    atOnce: flags.atOnce === undefined ? AT_ONCE : wholeNumber('--at-once', flags.atOnce, 1, 1000),
    cpus,
    memoryMiB: buildMiBFor(cpus, plan.by === 'script' ? DEFAULT_MEMORY_MIB : plan.added.memoryMiB),
  }
}

// A mirror of a URL is in the cache of one machine.
const requireShared = async ({ url }: BisectRequest['tree']): Promise<void> => {
  if ((await localPath(url)) !== undefined) return
  throw new UsageError(
    `--tree git:${url} and --submit slurm: the nodes need a clone that all of them see`,
    'clone it into a shared folder, and give --tree git:PATH#REF',
  )
}

/** The bisection that these flags request; a UsageError names the first wrong flag. */
export const bisectRequest = async (flags: BisectFlags, command: readonly string[]): Promise<BisectRequest> => {
  const tree = gitTreeFrom(flags.tree)
  const { good = [] } = flags
  if (good.length === 0) throw new UsageError('bisect needs --good', 'give a commit without the symptom')
  const plan = await testPlanFrom(flags)
  const submit = await submitFrom(flags, plan)
  if (submit) await requireShared(tree)
  return {
    tree,
    good,
    bad: flags.bad ?? tree.ref,
    settings: searchSettings(flags),
    plan,
    symptom: parseSymptom(flags.symptom),
    carry: await resolvePatches(flags.carry),
    carryBase: flags.base,
    paths: flags.path ?? [],
    seed: settingsFrom(flags).seed,
    proof: flags.proof,
    submit,
    resultsDir: resultsFrom(flags.results),
    cache: cacheRoot(),
    command,
  }
}

/** Where a bisection is tested. This machine needs what builds and boots only if it does that itself. */
const openerFor = async ({ plan, seed, submit }: BisectRequest | StartRecord, jobs: number): Promise<OpenTester> => {
  if (submit === null) return onThisMachine(await resolvePlan(plan, { seed, jobs }))
  await requireSbatch()
  return onSlurm
}

/** Runs `zsharness bisect`: a new bisection from start to end. */
export const bisect = (flags: BisectFlags): Promise<void> =>
  withProgress(flags.format, async (session) => {
    const context = { ...session, scope: 'bisect' }
    const request = await bisectRequest(flags, ownCommand())
    const open = await openerFor(request, jobsFrom(flags.jobs))
    await using journal = await begin(request, await seriesOf(request.plan), context)
    context.emit({ type: 'note', scope: 'bisect', level: 'info', text: `results: ${journal.dir}` })
    process.exitCode = await continueBisection(journal, open, context)
  })

const folderOf = (dir: string | undefined): string =>
  dir === undefined ? join(resultsFrom(undefined), 'latest-bisect') : resolve(dir)

/** The flags of `bisect resume`, not yet parsed. */
export interface ResumeFlags {
  readonly jobs?: string
  readonly format?: Format
}

// Its jobs know it by this path, those that run now too.
const requireSamePath = (dir: string, start: StartRecord): void => {
  if (start.submit === null || start.submit.dir === dir) return
  throw new UsageError(
    `${dir}: the jobs of this bisection know it as ${start.submit.dir}`,
    'resume it on a machine that sees the folder there, as the nodes do',
  )
}

/** Runs `zsharness bisect resume`. */
export const resume = (dir: string | undefined, flags: ResumeFlags): Promise<void> =>
  withProgress(flags.format, async (session) => {
    const jobs = jobsFrom(flags.jobs)
    const named = folderOf(dir)
    await requireJournal(named)
    const folder = await realpath(named)
    await using journal = await Journal.open(folder)
    if (!journal.start)
      throw new UsageError(`${folder}: the bisection was interrupted before it started`, 'run zsharness bisect again')
    requireSamePath(folder, journal.start)
    const open = await openerFor(journal.start, jobs)
    process.exitCode = await continueBisection(journal, open, { ...session, scope: 'bisect' })
  })

const readState = async (dir: string | undefined) => stateOf(await readJournal(folderOf(dir)))

/** Runs `zsharness bisect log`: prints the journal in git's own format. */
export const showLog = async (dir: string | undefined): Promise<void> => {
  process.stdout.write(gitBisectLog(await readState(dir)))
}

/** Runs `zsharness bisect report`, also before the bisection has ended. */
export const showReport = async (dir: string | undefined, format: BisectFormat): Promise<void> => {
  const state = await readState(dir)
  await inTempDir('bisect', async (scratch) => {
    const report = await makeReport(state, await openRepo(state.start.repo, scratch, interruptSignal()))
    process.stdout.write(await renderBisect(format, report))
  })
}
