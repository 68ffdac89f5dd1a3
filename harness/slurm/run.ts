// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import type { RecordFile } from '../lib/files/journal.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { chunkFor } from './arrays.ts'
import { cancelAll, type Left } from './cancel.ts'
import { Slurm } from './client.ts'
import { coordinate, place } from './coordinator.ts'
import type { EmitSlurm } from './events.ts'
import { hasElements, removeAttempts, removeElements, writeGroups } from './folder.ts'
import { jobName } from './layout.ts'
import { type Accept, News } from './news.ts'
import { openJournal, runOf } from './opening.ts'
import { type Settled, type SlurmOptions, settle } from './options.ts'
import type { SlurmRecord } from './records.ts'
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

/** The run of a folder, before Slurm was asked for anything. */
type Opened = Pick<Coordinator, 'run' | 'tasks' | 'options' | 'slurm' | 'journal'>

const endJobs = async ({ slurm, run, journal, options }: Opened): Promise<Left> => {
  const left = await cancelAll(slurm, run, options.endMs, Math.min(options.settleMs, 2_000))
  if (left.kind === 'none') {
    await journal.add({ t: 'cancelled', at: new Date().toISOString() })
    // They were ended on purpose: none of them counts as lost.
    await removeAttempts(options.root, () => true)
  }
  return left
}

const isNew = ({ journal }: Opened): boolean => journal.records.length === 1

const cancelled = async (opened: Opened): Promise<InterruptedError> =>
  new InterruptedError(
    isNew(opened) && !(await hasElements(opened.options.root))
      ? 'interrupted; nothing was submitted'
      : describeLeft(opened.run, await endJobs(opened)),
  )

/** Nothing that still runs is needed any more: an instance that was cut off, or a second one. */
const finish = async ({ slurm, run, news, options }: Coordinator): Promise<void> => {
  const left = await cancelAll(slurm, run, options.endMs, 0)
  if (left.kind === 'some') news.note('warning', `jobs of this run may be left: ${left.why}`)
  const ended = new Set([...news.results.values()].filter(hasEnded).map(({ task }) => task))
  await removeAttempts(options.root, (task) => ended.has(task))
  await removeElements(options.root)
}

const opened = async (
  tasks: readonly SlurmTask[],
  options: Settled,
  journal: RecordFile<SlurmRecord>,
): Promise<Opened> => {
  const run = await runOf(journal, options.root, tasks)
  return { run, tasks, options, journal, slurm: new Slurm(options) }
}

const prepared = async (own: Opened, { emit, signal, accept }: SlurmContext): Promise<Coordinator> => {
  const { tasks, options, slurm } = own
  const maxArraySize = await arraySize(slurm, signal, !isNew(own))
  const groups = await writeGroups(options.root, tasks)
  const news = new News(options.root, emit, accept)
  const chunk = options.chunk ?? chunkFor(tasks.length)
  return { ...own, groups, maxArraySize, chunk, news, emit, signal }
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
  await using journal = await openJournal(options.root)
  const own = await opened(tasks, options, journal)
  try {
    const coordinator = await prepared(own, context)
    if (isNew(own) && options.isTried !== true) await testAll(coordinator)
    return await work(coordinator)
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw await cancelled(own)
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
export const cancelOnSlurm = async (asked: readonly SlurmTask[], slurmOptions: SlurmOptions): Promise<void> => {
  const options = settle(slurmOptions)
  await using journal = await openJournal(options.root)
  const left = await endJobs(await opened(checkedTasks(asked), options, journal))
  if (left.kind === 'some') throw new HostError(`jobs may be left: ${left.why}`, 'end them with scancel')
}
