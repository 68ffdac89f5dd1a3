// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import { type ArrayPlan, planArrays } from './arrays.ts'
import { bookOf } from './book.ts'
import { writeElements } from './folder.ts'
import { submissionOf } from './layout.ts'
import { isEnded, type QueueLine } from './parse.ts'
import { sbatchArgv, testArgv } from './sbatch.ts'
import type { Coordinator } from './state.ts'
import type { SlurmTask } from './tasks.ts'
import { type FolderView, triesOf } from './watch.ts'

const at = (): string => new Date().toISOString()
const REMEDY = 'correct the options of sbatch, or what the task asks for; see `sinfo -N -o "%N %c %m %f"`'

const plansFor = ({ chunk, maxArraySize }: Coordinator, tasks: readonly SlurmTask[]): readonly ArrayPlan[] =>
  planArrays(tasks, chunk, maxArraySize)

/** Throws a UsageError when some of the tasks could never run here; nothing is submitted yet. */
export const testAll = async (coordinator: Coordinator): Promise<void> => {
  const { tasks, options, slurm, signal, news } = coordinator
  await writeElements(options, 0, { elements: [] }, undefined)
  const plans = plansFor(coordinator, tasks).map((plan) => ({ plan, argv: testArgv(plan, options) }))
  for (const { plan, argv } of new Map(plans.map((one) => [one.argv.join('\0'), one])).values()) {
    const answer = await slurm.test(argv, signal)
    if (answer.kind === 'refused')
      throw new UsageError(`Slurm would never start ${plan.elements[0]![0]!.id}: ${answer.message}`, REMEDY)
    if (answer.kind === 'silent') news.note('warning', `sbatch --test-only: ${answer.message}`)
  }
}

/** The jobs that a plan comes after: those of its group that squeue shows, or that were submitted just now. */
const jobsBefore = (
  { run, tasks, journal }: Coordinator,
  { after }: ArrayPlan,
  folder: FolderView,
  queue: readonly QueueLine[],
  fresh: ReadonlySet<string>,
): readonly string[] => {
  if (after === undefined) return []
  const waited = new Set(
    tasks.filter(({ id, group }) => group === after && !folder.committed.has(id)).map(({ id }) => id),
  )
  const subs = bookOf(journal.records).submissions.filter(({ elements, closed }) =>
    elements.some((ids, index) => !closed.has(index) && ids.some((id) => waited.has(id))),
  )
  // Of a job that it forgot, Slurm takes the dependency for fulfilled, or refuses it.
  const alive = new Set(
    queue.filter(({ name, state }) => submissionOf(run, name) !== undefined && !isEnded(state)).map(({ job }) => job),
  )
  return [...new Set(subs.flatMap(({ jobs }) => jobs))].filter((job) => alive.has(job) || fresh.has(job))
}

// sbatch --test-only took these tasks: a limit or a full disk of the controller may be over when they are tried again.
const refuse = async (
  { journal, emit, news }: Coordinator,
  sub: number,
  elements: readonly (readonly string[])[],
  message: string,
): Promise<void> => {
  const why = `sbatch refused it: ${message}`
  news.note('warning', why)
  for (const [index, lost] of elements.entries()) {
    await journal.add({ t: 'closed', at: at(), sub, index, why, lost })
    for (const task of lost) emit({ type: 'lost', task, why })
  }
}

const announce = (coordinator: Coordinator, { elements }: ArrayPlan, job: string, folder: FolderView): void => {
  const book = bookOf(coordinator.journal.records)
  for (const { id } of elements.flat()) {
    const type = triesOf(book, folder, id) > 0 ? 'resubmitted' : 'queued'
    coordinator.emit({ type, task: id, job })
  }
}

/** Submits one array; returns whether it was taken. */
const submitOne = async (
  coordinator: Coordinator,
  plan: ArrayPlan,
  folder: FolderView,
  after: readonly string[],
  fresh: Set<string>,
): Promise<boolean> => {
  const { run, options, slurm, journal, groups, news } = coordinator
  const sub = 1 + Math.max(0, ...bookOf(journal.records).submissions.map((one) => one.sub))
  await writeElements(options, sub, plan, plan.after === undefined ? undefined : groups.get(plan.after))
  const elements = plan.elements.map((tasks) => tasks.map(({ id }) => id))
  const attempts = elements.map((ids) => ids.reduce((sum, id) => sum + (folder.attempts.get(id)?.length ?? 0), 0))
  await journal.add({ t: 'submitting', at: at(), sub, elements, attempts })
  const answer = await slurm.submit(sbatchArgv(plan, options, { run, sub, after }))
  if (answer.kind === 'refused') {
    await refuse(coordinator, sub, elements, answer.message)
    return false
  }
  if (answer.kind === 'silent') {
    // It may have been taken all the same: then squeue shows its name.
    news.note('warning', `no answer to a submission, which is looked for: ${answer.message}`)
    return false
  }
  await journal.add({ t: 'submitted', at: at(), sub, job: answer.value })
  fresh.add(answer.value)
  announce(coordinator, plan, answer.value, folder)
  return true
}

/** Submits these tasks as arrays, in their order. */
export const submitAll = async (
  coordinator: Coordinator,
  tasks: readonly SlurmTask[],
  folder: FolderView,
  queue: readonly QueueLine[],
): Promise<void> => {
  const fresh = new Set<string>()
  for (const plan of plansFor(coordinator, tasks)) {
    if (coordinator.signal.aborted) return
    const after = jobsBefore(coordinator, plan, folder, queue, fresh)
    // The next look tries again.
    if (!(await submitOne(coordinator, plan, folder, after, fresh))) return
  }
}
