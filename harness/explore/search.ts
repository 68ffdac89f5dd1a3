// SPDX-License-Identifier: MIT
import { dirname } from 'node:path'
import { makeEnv } from '../kernel/make.ts'
import { boxed, findSandbox } from '../kernel/sandbox.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { describeEnd, type Ended, type ProcessResult, runProcess } from '../lib/process/run.ts'
import { together } from '../lib/together.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { type ExplorerRecord, parseRecord, type Testimony, testimonyOf } from './records.ts'

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
  readonly budgetMs: number
}

/** Where the explorer is, and what hears of its work. */
export interface Runner {
  readonly program: string
  readonly signal: AbortSignal
  /** Called for each record of any process. */
  readonly onRecord?: (record: ExplorerRecord) => void
}

/** The explorer's arguments for a search by one of several processes. */
export const searchArgs = (plan: SearchPlan, shard: number, shards: number): readonly string[] => [
  ...plan.scenarios.flatMap((file) => ['--scenario', file]),
  ...(plan.generate === null ? [] : ['--generate', `${plan.generate}`]),
  ...(plan.bound === undefined ? [] : ['--bound', plan.bound === null ? 'none' : `${plan.bound}`]),
  ...['--memory', plan.memory, '--points', plan.points, '--seed', `${plan.seed}`],
  ...['--budget-ms', `${plan.budgetMs}`, '--stop-at', 'first', '--shard', `${shard}/${shards}`],
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

const run = async (
  { program, signal, onRecord }: Runner,
  args: readonly string[],
  readable: readonly string[],
  deadlineMs: number,
): Promise<{ said: Said; result: ProcessResult }> => {
  const said: Said = { records: [], stderr: [], problem: undefined }
  const lines = reader(said, (record) => onRecord?.(record))
  // The code of a patch runs in it: it gets no more of this host than a build does.
  const argv = boxed(await findSandbox(), [program, ...args], {
    readable: [dirname(program), ...readable],
    writable: [],
  })
  const result = await runProcess(argv, {
    env: makeEnv(),
    signal,
    deadlineMs,
    onStdout: (chunk) => lines.push(chunk),
    onLine: (line, stream) => {
      if (stream === 'stderr') said.stderr.push(line)
    },
  })
  lines.end()
  return { said, result }
}

const misread = (problem: string): HostError =>
  new HostError(`the explorer's output cannot be read: ${problem}`, REPORT)

// Beyond its budget, to end what it is doing.
const GRACE_MS = 60_000

/**
 * Searches with one process a core. The first failure stops all of them: what they walked until then counts, and no more.
 * Throws an InterruptedError, a UsageError for a scenario that cannot be read, or a HostError.
 */
export const search = async (plan: SearchPlan, shards: number, runner: Runner): Promise<readonly Testimony[]> => {
  const stop = new AbortController()
  const signal = AbortSignal.any([runner.signal, stop.signal])
  const found = new Set<number>()
  const one = async (shard: number): Promise<Testimony | undefined> => {
    const onRecord = (record: ExplorerRecord): void => {
      runner.onRecord?.(record)
      if (record.type === 'failure') found.add(shard)
      // It prints what it executed after its failure: only the others are stopped.
      if (record.type === 'end' && found.has(shard)) stop.abort()
    }
    const args = searchArgs(plan, shard, shards)
    const readable = [...new Set(plan.scenarios.map((file) => dirname(file)))]
    const { said, result } = await run({ ...runner, signal, onRecord }, args, readable, plan.budgetMs + GRACE_MS)
    if (runner.signal.aborted) throw new InterruptedError()
    const wasStopped = result.ended.by === 'abort'
    // A line that a stop cut off is no damage.
    if (said.problem !== undefined && !wasStopped) throw misread(said.problem)
    if (!wasStopped) requireEnd(result.ended, said.stderr)
    // It was stopped before it began.
    if (wasStopped && said.records.length === 0) return undefined
    const account = testimonyOf(said.records, wasStopped)
    if ('testimony' in account) return account.testimony
    throw misread(account.problem)
  }
  const all: readonly (Testimony | undefined)[] = await together(
    ...Array.from({ length: shards }, (_, shard) => one(shard)),
  )
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
  const { said, result } = await run(runner, args, [dirname(scenario)], REPLAY_MS)
  if (runner.signal.aborted) throw new InterruptedError()
  requireEnd(result.ended, said.stderr)
  if (said.problem !== undefined) throw misread(said.problem)
  const found = said.records.find((one) => one.type === 'failure' || one.type === 'replayed')
  if (found?.type === 'failure' || found?.type === 'replayed') return found
  throw misread('it printed no schedule')
}
