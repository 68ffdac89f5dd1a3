// SPDX-License-Identifier: MIT
import type { Book, Submission } from './book.ts'
import type { Attempt } from './layout.ts'
import { submissionOf } from './layout.ts'
import { isEnded, type QueueLine } from './parse.ts'
import { outlookOf } from './reasons.ts'
import type { SlurmTask } from './tasks.ts'

/** What the run's folder shows. */
export interface FolderView {
  readonly committed: ReadonlySet<string>
  readonly attempts: ReadonlyMap<string, readonly Attempt[]>
}

/** Since when something was seen, by what it is about. */
export type Since = ReadonlyMap<string, number>

/** All that a decision depends on. */
export interface Situation {
  readonly run: string
  readonly tasks: readonly SlurmTask[]
  readonly book: Book
  /** What squeue shows of this user's jobs. */
  readonly queue: readonly QueueLine[]
  readonly nodes: ReadonlySet<string>
  readonly folder: FolderView
  readonly since: Since
  readonly nowMs: number
  readonly settleMs: number
}

export interface Closing {
  readonly sub: number
  readonly index: number
  readonly why: string
  readonly lost: readonly string[]
}

/** Elements that can never start, with their reason and its remedy. */
export interface Hopeless {
  readonly job: string
  readonly index: number
  readonly tasks: readonly string[]
  readonly reason: string
  readonly remedy: string
}

export interface Decision {
  /** Jobs that carry the name of a submission and that the journal does not know. */
  readonly adopt: readonly { readonly sub: number; readonly job: string }[]
  readonly close: readonly Closing[]
  readonly hopeless: readonly Hopeless[]
  /** Elements to cancel, as scancel names them: they are lost, and then submitted again. */
  readonly abandon: readonly string[]
  readonly notes: readonly string[]
  readonly since: Since
}

interface Element {
  readonly submission: Submission
  readonly index: number
  readonly open: readonly string[]
  readonly lines: readonly QueueLine[]
}

/** The elements that still owe a result, with what squeue shows of each. */
const openElements = ({ run, book, folder, queue }: Situation): readonly Element[] => {
  const lines = new Map<string, QueueLine[]>()
  for (const line of queue) {
    const key = `${submissionOf(run, line.name)} ${line.index}`
    lines.set(key, [...(lines.get(key) ?? []), line])
  }
  return book.submissions.flatMap((submission) =>
    submission.elements.flatMap((tasks, index) => {
      if (submission.closed.has(index)) return []
      const open = tasks.filter((task) => !folder.committed.has(task))
      return open.length === 0
        ? []
        : [{ submission, index, open, lines: lines.get(`${submission.sub} ${index}`) ?? [] }]
    }),
  )
}

const adoptions = ({ run, book, queue }: Situation): Decision['adopt'] => {
  const known = new Map(book.submissions.map(({ sub, jobs }) => [sub, new Set(jobs)]))
  return queue.flatMap(({ name, job }) => {
    const sub = submissionOf(run, name)
    const jobs = sub === undefined ? undefined : known.get(sub)
    if (sub === undefined || !jobs || jobs.has(job)) return []
    jobs.add(job)
    return [{ sub, job }]
  })
}

const attemptsOf = ({ attempts }: FolderView, tasks: readonly string[]): number =>
  tasks.reduce((sum, task) => sum + (attempts.get(task)?.length ?? 0), 0)

/** Whether the element got as far as a task: then its attempts show which of its tasks lost a try. */
const progressed = ({ folder }: Situation, { submission, index, open }: Element): boolean => {
  const tasks = submission.elements[index]!
  return open.length < tasks.length || attemptsOf(folder, tasks) > (submission.attempts[index] ?? 0)
}

const waitsFor = ({ tasks, folder }: Situation): ReadonlySet<string> => {
  const groups = new Set(tasks.filter(({ id }) => !folder.committed.has(id)).map(({ group }) => group))
  return new Set(tasks.filter(({ after }) => after !== undefined && groups.has(after)).map(({ id }) => id))
}

const whyOf = ({ lines, submission }: Element): string => {
  const last = lines.at(-1)
  if (last) return `its job ended as ${last.state}${last.node === '' ? '' : ` on ${last.node}`}`
  return submission.jobs.length === 0 ? 'it was never submitted' : 'Slurm knows its job no longer'
}

const closingOf = (situation: Situation, element: Element, early: ReadonlySet<string>): Closing => {
  const { submission, index, open, lines } = element
  // A submission that Slurm never took cost nothing.
  const free = (submission.jobs.length === 0 && lines.length === 0) || progressed(situation, element)
  const lost = free ? [] : open.filter((task) => !early.has(task))
  return { sub: submission.sub, index, why: whyOf(element), lost }
}

const hopelessOf = (line: QueueLine, { open }: Element, nodes: ReadonlySet<string>): readonly Hopeless[] => {
  const outlook = outlookOf(line.reason, nodes)
  if (outlook.kind !== 'never') return []
  return [{ job: line.job, index: line.index, tasks: open, reason: line.reason, remedy: outlook.remedy }]
}

/** The lines of elements that Slurm holds after a failed start, with the key under which each was seen. */
const heldIn = (elements: readonly Element[], nodes: ReadonlySet<string>) =>
  elements.flatMap((element) =>
    element.lines
      .filter(({ state, reason }) => state === 'PENDING' && outlookOf(reason, nodes).kind === 'lost')
      .map(({ job, index }) => ({ name: `${job}_${index}`, key: `held ${keyOf(element)}` })),
  )

const notesOf = (elements: readonly Element[], nodes: ReadonlySet<string>): readonly string[] => {
  const pending = elements.flatMap(({ lines }) => lines.filter(({ state }) => state === 'PENDING'))
  const texts = pending.map(({ reason }) => outlookOf(reason, nodes))
  return [...new Set(texts.flatMap((outlook) => (outlook.kind === 'note' ? [outlook.text] : [])))]
}

/** Keeps since when each key was seen. */
const marked = (since: Since, keys: readonly string[], nowMs: number): Since =>
  new Map(keys.map((key) => [key, since.get(key) ?? nowMs]))

const isOver = ({ lines }: Element): boolean => lines.every(({ state }) => isEnded(state))
const keyOf = ({ submission, index }: Element): string => `${submission.sub} ${index}`

/**
 * What a look at squeue and at the folder asks for. Pure. An element is over once no job of it was seen for `settleMs`:
 * squeue may forget, a requeued job ends for a moment, and a shared folder shows a result late. A reason counts when it is
 * seen twice.
 */
export const decide = (situation: Situation): Decision => {
  const { nodes, since, nowMs, settleMs } = situation
  const elements = openElements(situation)
  const early = waitsFor(situation)
  const over = elements.filter(isOver)
  const close = over.filter((element) => nowMs - (since.get(`over ${keyOf(element)}`) ?? nowMs) >= settleMs)
  const stuck = elements.flatMap((element) =>
    element.lines
      .filter(({ state }) => state === 'PENDING')
      .flatMap((line) =>
        hopelessOf(line, element, nodes).map((one) => ({ one, key: `${line.reason} ${keyOf(element)}` })),
      ),
  )
  const held = heldIn(elements, nodes)
  const seen = [...stuck, ...held].map(({ key }) => key)
  return {
    adopt: adoptions(situation),
    close: close.map((element) => closingOf(situation, element, early)),
    hopeless: stuck.filter(({ key }) => since.has(key)).map(({ one }) => one),
    abandon: held.filter(({ key }) => since.has(key)).map(({ name }) => name),
    notes: notesOf(elements, nodes),
    since: marked(since, [...over.map((one) => `over ${keyOf(one)}`), ...seen], nowMs),
  }
}

/** Tries of a task that came to nothing; one that may still run counts too. */
export const triesOf = (book: Book, folder: FolderView, task: string): number =>
  (book.lost.get(task) ?? 0) + (folder.attempts.get(task)?.length ?? 0)

/** The tasks that no open element has and that are not committed: to submit, or to give up. */
export const unplaced = (
  tasks: readonly SlurmTask[],
  book: Book,
  folder: FolderView,
  retries: number,
): { readonly submit: readonly SlurmTask[]; readonly giveUp: readonly SlurmTask[] } => {
  const placed = new Set(
    book.submissions.flatMap(({ elements, closed }) =>
      elements.flatMap((one, index) => (closed.has(index) ? [] : one)),
    ),
  )
  const left = tasks.filter(({ id }) => !folder.committed.has(id) && !placed.has(id))
  const isLost = ({ id }: SlurmTask): boolean => triesOf(book, folder, id) > retries
  return { submit: left.filter((task) => !isLost(task)), giveUp: left.filter(isLost) }
}
