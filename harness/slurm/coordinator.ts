// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { duration } from '../lib/text/time.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import { bookOf } from './book.ts'
import type { Said } from './client.ts'
import { commitError, readFolder } from './folder.ts'
import { type Attempt, layout } from './layout.ts'
import { requireKnown } from './opening.ts'
import type { QueueLine } from './parse.ts'
import type { Coordinator } from './state.ts'
import { submitAll } from './submit.ts'
import type { SlurmTask } from './tasks.ts'
import { type Decision, decide, type FolderView, type Since, unplaced } from './watch.ts'

const at = (): string => new Date().toISOString()

/** How long the controller has been silent; it ends the run only after the limit. */
class Silence {
  #since: number | undefined

  hear(): void {
    this.#since = undefined
  }

  /** Throws when it has lasted too long. */
  endure({ options: { silenceMs, root }, news }: Coordinator, message: string): void {
    this.#since ??= performance.now()
    if (performance.now() - this.#since < silenceMs) {
      news.note('warning', `Slurm does not answer, its jobs go on: ${message}`)
      return
    }
    throw new HostError(
      `Slurm did not answer for ${duration(silenceMs)}: ${message}`,
      `its jobs may still run; start the same command again to resume the run in ${root}`,
    )
  }
}

const shown = (why: string | undefined, attempts: readonly { readonly node: string }[]): string => {
  const nodes = [...new Set(attempts.map(({ node }) => node))].join(', ')
  const tried = attempts.length === 0 ? 'it never started' : `attempts on ${nodes} came to nothing`
  return why === undefined ? tried : `${tried}; ${why}`
}

/** The last line that the last attempt at a task printed about its failure. */
const lastWords = async (root: string, attempts: readonly Attempt[]): Promise<string | undefined> => {
  const last = attempts.at(-1)
  if (!last) return undefined
  const text = await readFile(join(layout(root).tasks, last.name, 'stderr'), 'utf8').catch(() => '')
  return text.split('\n').findLast((line) => line.trim() !== '')
}

const giveUp = async ({ options, journal }: Coordinator, tasks: readonly SlurmTask[], folder: FolderView) => {
  const { why } = bookOf(journal.records)
  for (const { id } of tasks) {
    const attempts = folder.attempts.get(id) ?? []
    const words = await lastWords(options.root, attempts)
    const text = `${shown(why.get(id), attempts)}${words === undefined ? '' : `; the last one said: ${words}`}`
    const remedy = `see stderr in the folders ${options.root}/tasks/.${id}.*, and ${options.root}/logs`
    await commitError(options.root, id, `lost ${options.retries + 1} times: ${text}`, remedy)
  }
}

const endHopeless = async ({ options, slurm }: Coordinator, hopeless: Decision['hopeless']): Promise<void> => {
  for (const { tasks, reason, remedy } of hopeless)
    for (const task of tasks) await commitError(options.root, task, `Slurm can never start it: ${reason}`, remedy)
  await slurm.cancel(hopeless.map(({ job, index }) => `${job}_${index}`))
}

const record = async ({ journal, emit }: Coordinator, { adopt, close }: Decision): Promise<void> => {
  for (const { sub, job } of adopt) await journal.add({ t: 'submitted', at: at(), sub, job })
  for (const closing of close) {
    await journal.add({ t: 'closed', at: at(), ...closing })
    for (const task of closing.lost) emit({ type: 'lost', task, why: closing.why })
  }
}

const look = async (
  coordinator: Coordinator,
): Promise<Said<{ readonly queue: readonly QueueLine[]; readonly nodes: ReadonlySet<string> }>> => {
  const { slurm, signal } = coordinator
  const queue = await slurm.queue(signal)
  if (queue.kind !== 'said') return queue
  const isAsked = queue.value.some(({ reason }) => reason.startsWith('ReqNodeNotAvail'))
  const nodes = isAsked ? await slurm.nodes(signal) : ({ kind: 'said', value: new Set<string>() } as const)
  if (nodes.kind !== 'said') return nodes
  return { kind: 'said', value: { queue: queue.value, nodes: nodes.value } }
}

/** One look at queue and folder, and what follows from it; returns what to remember. */
const step = async (coordinator: Coordinator, folder: FolderView, since: Since, silence: Silence): Promise<Since> => {
  const { run, tasks, options, journal, news } = coordinator
  const seen = await look(coordinator)
  if (seen.kind !== 'said') {
    if (!coordinator.signal.aborted) silence.endure(coordinator, seen.message)
    return since
  }
  silence.hear()
  const book = bookOf(journal.records)
  const { settleMs, root } = options
  requireKnown(root, run, book, seen.value.queue)
  const decision = decide({ run, tasks, book, ...seen.value, folder, since, nowMs: performance.now(), settleMs })
  await record(coordinator, decision)
  for (const text of decision.notes) news.note('warning', text)
  await endHopeless(coordinator, decision.hopeless)
  await coordinator.slurm.cancel(decision.abandon)
  const ended = new Set(decision.hopeless.flatMap((one) => one.tasks))
  const now = { ...folder, committed: new Set([...folder.committed, ...ended]) }
  const next = unplaced(tasks, bookOf(journal.records), now, options.retries)
  await giveUp(coordinator, next.giveUp, folder)
  await submitAll(coordinator, next.submit, now, seen.value.queue)
  return decision.since
}

/** Submits what no job of this run has, once. */
export const place = async (coordinator: Coordinator): Promise<void> => {
  const { tasks, options, journal, news } = coordinator
  const folder = await news.read(await readFolder(options.root, tasks), journal.records)
  await step(coordinator, folder, new Map(), new Silence())
}

/** Submits and watches until every task has its result. */
export const coordinate = async (coordinator: Coordinator): Promise<void> => {
  const { tasks, options, journal, news, signal } = coordinator
  const silence = new Silence()
  let since: Since = new Map()
  for (;;) {
    if (signal.aborted) throw new InterruptedError()
    const folder = await news.read(await readFolder(options.root, tasks), journal.records)
    if (folder.committed.size === tasks.length) return
    since = await step(coordinator, folder, since, silence)
    await sleep(options.pollMs, undefined, { signal }).catch(() => undefined)
  }
}
