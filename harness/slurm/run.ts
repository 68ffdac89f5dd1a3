// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentKey } from '../lib/files/hash.ts'
import { RecordFile } from '../lib/files/journal.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { chunkFor } from './arrays.ts'
import { cancelAll, type Left } from './cancel.ts'
import { Slurm } from './client.ts'
import { coordinate, place } from './coordinator.ts'
import type { EmitSlurm } from './events.ts'
import { makeFolders, removeAttempts, removeElements, writeGroups } from './folder.ts'
import { jobName } from './layout.ts'
import { type Accept, News } from './news.ts'
import { type Settled, type SlurmOptions, settle } from './options.ts'
import { type SlurmRecord, slurmRecord, startOf } from './records.ts'
import { hasEnded, type SlurmResult } from './result.ts'
import type { Coordinator } from './state.ts'
import { testAll } from './submit.ts'
import { checkedTasks, type SlurmTask } from './tasks.ts'

export interface SlurmContext {
  readonly signal: AbortSignal
  readonly emit: EmitSlurm
  /** Says why a result cannot be used, if so: then the task is tried again. */
  readonly accept?: Accept
}

const END_MS = 60_000

/** The run's name: of the journal, or a new one. A folder belongs to one list of tasks. */
const runOf = async (journal: RecordFile<SlurmRecord>, tasks: readonly SlurmTask[]): Promise<string> => {
  const key = contentKey(JSON.stringify(tasks))
  const [first] = journal.records
  if (first === undefined) {
    const run = randomBytes(4).toString('hex')
    await journal.add(startOf(run, key, new Date().toISOString()))
    return run
  }
  if (first.t !== 'start') throw new HostError(`${journal.dir}: the journal does not begin with a start`)
  if (first.tasks !== key)
    throw new UsageError(
      `${journal.dir}: this folder is of a run of other tasks`,
      'give the same command, or another folder',
    )
  return first.run
}

/** Asks once, waiting for a controller that is just starting. */
const arraySize = async (slurm: Slurm, signal: AbortSignal, patient: boolean): Promise<number> => {
  for (let tries = 0; ; tries++) {
    const answer = await slurm.maxArraySize(signal)
    if (signal.aborted) throw new InterruptedError()
    if (answer.kind === 'said') {
      if (answer.value > 0) return answer.value
      throw new UsageError(
        'this cluster allows no job arrays (MaxArraySize=0)',
        'ask its administrator for a MaxArraySize',
      )
    }
    // A resumed run has jobs there, and waits like one that goes on.
    if (!patient || tries >= 60)
      throw new HostError(`Slurm does not answer: ${answer.message}`, 'see `scontrol ping`, and SLURM_CONF')
    await sleep(1_000, undefined, { signal }).catch(() => undefined)
  }
}

const describeLeft = (run: string, left: Left): string => {
  if (left.kind === 'none') return 'interrupted; all jobs are cancelled'
  const name = jobName(run, 1).replace(/1$/, '*')
  const what =
    left.jobs.length > 0 ? `the jobs ${left.jobs.join(', ')} may still run` : `jobs named ${name} may still run`
  return `interrupted; ${what}: ${left.why}; end them with scancel`
}

const endJobs = async ({ slurm, run, journal, options }: Coordinator): Promise<Left> => {
  const left = await cancelAll(slurm, run, END_MS, Math.min(options.settleMs, 2_000))
  if (left.kind === 'none') {
    await journal.add({ t: 'cancelled', at: new Date().toISOString() })
    // They were ended on purpose: none of them counts as lost.
    await removeAttempts(options.root, () => true)
  }
  return left
}

const cancelled = async (coordinator: Coordinator): Promise<InterruptedError> =>
  new InterruptedError(describeLeft(coordinator.run, await endJobs(coordinator)))

/** Nothing that still runs is needed any more: an instance that was cut off, or a second one. */
const finish = async ({ slurm, run, news, options }: Coordinator): Promise<void> => {
  const left = await cancelAll(slurm, run, END_MS, 0)
  if (left.kind === 'some') news.note('warning', `jobs of this run may be left: ${left.why}`)
  const ended = new Set([...news.results.values()].filter(hasEnded).map(({ task }) => task))
  await removeAttempts(options.root, (task) => ended.has(task))
  await removeElements(options.root)
}

const prepared = async (
  tasks: readonly SlurmTask[],
  options: Settled,
  journal: RecordFile<SlurmRecord>,
  { emit, signal, accept }: SlurmContext,
): Promise<Coordinator> => {
  const slurm = new Slurm(options)
  const run = await runOf(journal, tasks)
  await makeFolders(options.root)
  const maxArraySize = await arraySize(slurm, signal, journal.records.length > 1)
  const groups = await writeGroups(options.root, tasks)
  const news = new News(options.root, emit, accept)
  const chunk = options.chunk ?? chunkFor(tasks.length)
  return { run, tasks, options, slurm, journal, groups, maxArraySize, chunk, news, emit, signal }
}

/** Opens the run of a folder, and does `work` with it; an abort cancels all of its jobs. */
const inRun = async <T>(
  asked: readonly SlurmTask[],
  slurmOptions: SlurmOptions,
  context: SlurmContext,
  work: (coordinator: Coordinator) => Promise<T>,
): Promise<T> => {
  const options = settle(slurmOptions)
  const tasks = checkedTasks(asked)
  await makeFolders(options.root)
  await using journal = await RecordFile.openRecords(options.root, 'run', (value) => slurmRecord.parse(value))
  const coordinator = await prepared(tasks, options, journal, context)
  try {
    if (journal.records.length === 1) await testAll(coordinator)
    return await work(coordinator)
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw await cancelled(coordinator)
  }
}

/**
 * Runs tasks on Slurm: each ends in exactly one folder `tasks/ID` below the run's folder, whatever dies. Results are files;
 * what Slurm says about a job is a hint. Called again with the same folder and tasks after a kill, it finds its jobs again
 * and submits only what is missing. On an abort it cancels all jobs and throws an InterruptedError.
 */
export const runOnSlurm = (
  asked: readonly SlurmTask[],
  options: SlurmOptions,
  context: SlurmContext,
): Promise<readonly SlurmResult[]> =>
  inRun(asked, options, context, async (coordinator) => {
    await coordinate(coordinator)
    await finish(coordinator)
    return asked.map(({ id }) => coordinator.news.results.get(id)!)
  })

/** Submits what is missing and returns: `runOnSlurm` with the same folder waits for it. */
export const submitOnSlurm = (
  asked: readonly SlurmTask[],
  options: SlurmOptions,
  context: SlurmContext,
): Promise<void> => inRun(asked, options, context, place)

/** Cancels all jobs of a run that nobody waits for; what has ended stays. */
export const cancelOnSlurm = async (
  asked: readonly SlurmTask[],
  slurmOptions: SlurmOptions,
  context: SlurmContext,
): Promise<void> => {
  const options = settle(slurmOptions)
  await using journal = await RecordFile.openRecords(options.root, 'run', (value) => slurmRecord.parse(value))
  const left = await endJobs(await prepared(checkedTasks(asked), options, journal, context))
  if (left.kind === 'some') throw new HostError(`jobs may be left: ${left.why}`, 'end them with scancel')
}
