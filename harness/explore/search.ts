// SPDX-License-Identifier: MIT
import { dirname } from 'node:path'
import { makeEnv } from '../kernel/make.ts'
import { boxed, findSandbox } from '../kernel/sandbox.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { describeEnd, type Ended, type ProcessResult, runProcess } from '../lib/process/run.ts'
import { together } from '../lib/together.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import {
  type ExplorerRecord,
  type Plan,
  parseList,
  parseRecord,
  type RawFailure,
  type Testimony,
  testimonyOf,
} from './records.ts'

/** What to search, and how far. */
export interface SearchPlan {
  /** Files of scenarios. */
  readonly scenarios: readonly string[]
  /** The size of generated scenarios; null for none. */
  readonly generate: number | null
  /** The most preemptions; null without a bound, undefined for the explorer's own. */
  readonly bound: number | null | undefined
  readonly memory: 'sc' | 'tso'
  readonly points: 'sync' | 'racy' | 'all'
  readonly seed: number
  /** Of wall time or, beside other work, of the CPU time of each process. */
  readonly budgetMs: number
  /** Set where other work has the CPUs first: how much memory each process may have. */
  readonly beside?: { readonly memoryMiB: number }
}

/** What ends a search before its budget: the first failure, or the first one that is asked for. */
export type Enough = 'first' | ((failure: RawFailure) => Promise<boolean>)

/** Where the explorer is, and what hears of its work. */
export interface Runner {
  readonly program: string
  readonly signal: AbortSignal
  /** Called for each record of any process. */
  readonly onRecord?: (record: ExplorerRecord) => void
}

const scenarioArgs = ({ scenarios, generate }: SearchPlan): readonly string[] => [
  ...scenarios.flatMap((file) => ['--scenario', file]),
  ...(generate === null ? [] : ['--generate', `${generate}`]),
]

/** The explorer's arguments for a search by one of several processes. */
export const searchArgs = (
  plan: SearchPlan,
  stopAt: 'first' | 'scenario',
  shard: number,
  shards: number,
): readonly string[] => [
  ...scenarioArgs(plan),
  ...(plan.bound === undefined ? [] : ['--bound', plan.bound === null ? 'none' : `${plan.bound}`]),
  ...['--memory', plan.memory, '--points', plan.points, '--seed', `${plan.seed}`],
  ...(plan.beside ? ['--cpu-time'] : []),
  ...['--budget-ms', `${plan.budgetMs}`, '--stop-at', stopAt, '--shard', `${shard}/${shards}`],
]

const EXIT_USAGE = 2
const SHOWN_LINES = 5
const REPORT = 'report this: it is a bug in the explorer'

/** Throws for an end that is not a result. */
const requireEnd = (ended: Ended, stderr: readonly string[]): void => {
  if (ended.by === 'exit' && ended.code === 0) return
  const said = stderr.slice(-SHOWN_LINES).join('\n')
  if (ended.by === 'exit' && ended.code === EXIT_USAGE)
    throw new UsageError(said === '' ? 'the explorer refused its arguments' : said, 'correct the scenario or the flag')
  throw new HostError(`the explorer ${describeEnd(ended)}${said === '' ? '' : `: ${said}`}`, REPORT)
}

// A schedule of some thousand steps has this many bytes; the program is not trusted with more.
const LONGEST_LINE = 64 << 20

interface Said {
  readonly records: ExplorerRecord[]
  readonly stderr: string[]
  problem: string | undefined
}

const reader = (said: Said, onRecord: (record: ExplorerRecord) => void) =>
  new LineSplitter((line) => {
    const parsed = parseRecord(line)
    if ('problem' in parsed) said.problem ??= parsed.problem
    else {
      said.records.push(parsed.record)
      onRecord(parsed.record)
    }
  }, LONGEST_LINE)

interface Run {
  readonly args: readonly string[]
  readonly readable: readonly string[]
  readonly deadlineMs: number
  readonly beside: SearchPlan['beside']
}

const LIMITED = 'ulimit -v "$1"; shift; exec "$@"'

/** The argv with its memory limited. Without memory for more states, the explorer goes on without remembering them. */
const limited = (argv: readonly string[], beside: SearchPlan['beside']): readonly string[] =>
  beside ? ['/bin/sh', '-c', LIMITED, 'zsharness-limit', `${beside.memoryMiB * 1024}`, ...argv] : argv

/** Runs the explorer; gives each line of its output to `lines`. */
const runInto = async (
  { program, signal }: Runner,
  { args, readable, deadlineMs, beside }: Run,
  lines: LineSplitter,
  stderr: string[],
): Promise<ProcessResult> => {
  // The code of a patch runs in it: it gets no more of this host than a build does.
  const argv = boxed(await findSandbox(), limited([program, ...args], beside), {
    readable: [dirname(program), ...readable],
    writable: [],
  })
  const result = await runProcess(argv, {
    env: makeEnv(),
    signal,
    deadlineMs,
    onStdout: (chunk) => lines.push(chunk),
    onLine: (line, stream) => {
      if (stream === 'stderr') stderr.push(line)
    },
  })
  lines.end()
  return result
}

const run = async (runner: Runner, how: Run): Promise<{ said: Said; result: ProcessResult }> => {
  const said: Said = { records: [], stderr: [], problem: undefined }
  const lines = reader(said, (record) => runner.onRecord?.(record))
  return { said, result: await runInto(runner, how, lines, said.stderr) }
}

const misread = (problem: string): HostError =>
  new HostError(`the explorer's output cannot be read: ${problem}`, REPORT)

// Beyond its budget, to end what it is doing.
const GRACE_MS = 60_000
// Beside other work a second of CPU time takes as long as that lets it.
const BESIDE_MS = 3_600_000

const deadlineOf = ({ beside }: SearchPlan, ms: number): Pick<Run, 'deadlineMs' | 'beside'> => ({
  deadlineMs: beside ? BESIDE_MS : ms,
  beside,
})

/** The account of one process; undefined when it was stopped before it began. */
const accountOf = (said: Said, { ended }: ProcessResult, listed: Plan): Testimony | undefined => {
  const wasStopped = ended.by === 'abort'
  if (!wasStopped) requireEnd(ended, said.stderr)
  if (wasStopped && said.records.length === 0) return undefined
  // A line that a stop cut off is no damage.
  if (said.problem !== undefined && !wasStopped) throw misread(said.problem)
  const account = testimonyOf(said.records, wasStopped, listed)
  if ('testimony' in account) return account.testimony
  throw misread(account.problem)
}

const foldersOf = (files: readonly string[]): readonly string[] => [...new Set(files.map((file) => dirname(file)))]

const LIST_MS = 60_000

/** All scenarios of a search, by the explorer's own list: one that no process then names is not explored. */
const listScenarios = async (plan: SearchPlan, runner: Runner): Promise<Plan> => {
  const [lines, stderr]: [string[], string[]] = [[], []]
  const how = {
    args: [...scenarioArgs(plan), '--list'],
    readable: foldersOf(plan.scenarios),
    ...deadlineOf(plan, LIST_MS),
  }
  const { ended } = await runInto(runner, how, new LineSplitter((line) => lines.push(line)), stderr)
  if (runner.signal.aborted) throw new InterruptedError()
  requireEnd(ended, stderr)
  const scenarios = parseList(lines)
  if (scenarios.length === 0) throw misread('it lists no scenario')
  const { memory, points, seed } = plan
  return { type: 'plan', scenarios, memory, points, seed, shard: '0/1', models: [] }
}

/** Stops all processes once what was found is enough; `done` settles when that is decided for all that was found. */
const makeStopper = (enough: Enough) => {
  const stop = new AbortController()
  const asked: Promise<void>[] = []
  const failed = new Set<number>()
  const onRecord = (record: ExplorerRecord, shard: number): void => {
    if (record.type === 'failure') {
      failed.add(shard)
      if (enough !== 'first') asked.push(enough(record).then((is) => (is ? stop.abort() : undefined)))
    }
    // It prints what it executed after its failure: only the others are stopped.
    if (record.type === 'end' && enough === 'first' && failed.has(shard)) stop.abort()
  }
  return { signal: stop.signal, onRecord, stop: () => stop.abort(), done: () => together(...asked) }
}

/**
 * Searches with one process a core, until what was found is enough: what was walked until then counts, and no more.
 * Throws an InterruptedError, a UsageError for a scenario that cannot be read, or a HostError.
 */
export const search = async (
  plan: SearchPlan,
  enough: Enough,
  shards: number,
  runner: Runner,
): Promise<readonly Testimony[]> => {
  const listed = await listScenarios(plan, runner)
  const stopper = makeStopper(enough)
  const signal = AbortSignal.any([runner.signal, stopper.signal])
  const readable = foldersOf(plan.scenarios)
  const one = async (shard: number): Promise<Testimony | undefined> => {
    const onRecord = (record: ExplorerRecord): void => {
      runner.onRecord?.(record)
      stopper.onRecord(record, shard)
    }
    const args = searchArgs(plan, enough === 'first' ? 'first' : 'scenario', shard, shards)
    const how = { args, readable, ...deadlineOf(plan, plan.budgetMs + GRACE_MS) }
    const { said, result } = await run({ ...runner, signal, onRecord }, how)
    if (runner.signal.aborted) throw new InterruptedError()
    return accountOf(said, result, listed)
  }
  const all: readonly (Testimony | undefined)[] = await together(
    ...Array.from({ length: shards }, (_, shard) =>
      one(shard).catch((error: unknown) => {
        // The others would go on until their budget ends.
        stopper.stop()
        throw error
      }),
    ),
  )
  await stopper.done()
  return all.filter((each) => each !== undefined)
}

const REPLAY_MS = 60_000

/** Runs one schedule of one scenario again. */
export const replay = async (
  schedule: string,
  scenario: string,
  memory: SearchPlan['memory'],
  runner: Runner,
): Promise<Extract<ExplorerRecord, { type: 'failure' | 'replayed' }>> => {
  const args = ['--replay', schedule, '--scenario', scenario, '--memory', memory]
  const how = { args, readable: [dirname(scenario)], deadlineMs: REPLAY_MS, beside: undefined }
  const { said, result } = await run(runner, how)
  if (runner.signal.aborted) throw new InterruptedError()
  requireEnd(result.ended, said.stderr)
  if (said.problem !== undefined) throw misread(said.problem)
  const found = said.records.find((one) => one.type === 'failure' || one.type === 'replayed')
  if (found?.type === 'failure' || found?.type === 'replayed') return found
  throw misread('it printed no schedule')
}
