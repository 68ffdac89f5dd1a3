// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { type Book, bookOf } from './book.ts'
import type { EmitSlurm } from './events.ts'
import { readResult, setAside } from './folder.ts'
import { layout } from './layout.ts'
import type { SlurmRecord } from './records.ts'
import { type EndedTask, type FailedTask, hasEnded, type SlurmResult } from './result.ts'
import type { FolderView } from './watch.ts'

/** The tries that came to nothing. A folder read during the rename shows the attempt that was committed too. */
const lostOf = (result: EndedTask | FailedTask, { attempts }: FolderView, { lost }: Book): number => {
  const all = attempts.get(result.task) ?? []
  const others = hasEnded(result) ? all.filter(({ attempt }) => attempt !== result.attempt) : all
  return others.length + (lost.get(result.task) ?? 0)
}

/** Whether what a task committed can be used; if not, why. */
export type Accept = (result: SlurmResult & EndedTask) => Promise<string | undefined>

/** Tells what is new in a run's folder, and collects the results. */
export class News {
  readonly results = new Map<string, SlurmResult>()
  readonly #root: string
  readonly #emit: EmitSlurm
  readonly #accept: Accept
  readonly #attempts = new Set<string>()
  readonly #notes = new Set<string>()

  constructor(root: string, emit: EmitSlurm, accept: Accept = async () => undefined) {
    this.#root = root
    this.#emit = emit
    this.#accept = accept
  }

  /** A note, once. */
  note(level: 'info' | 'warning', text: string): void {
    if (this.#notes.has(text)) return
    this.#notes.add(text)
    this.#emit({ type: 'note', level, text })
  }

  /** Reads what was committed since the last look; returns the tasks whose result can be used. */
  async read(folder: FolderView, records: readonly SlurmRecord[]): Promise<FolderView> {
    this.#tellAttempts(folder)
    const book = bookOf(records)
    const damaged = new Set<string>()
    for (const task of folder.committed)
      if (!this.results.has(task) && !(await this.#collect(task, folder, book))) damaged.add(task)
    if (damaged.size === 0) return folder
    return { ...folder, committed: new Set([...folder.committed].filter((task) => !damaged.has(task))) }
  }

  #tellAttempts({ attempts, committed }: FolderView): void {
    for (const [task, all] of attempts)
      for (const [index, { name, node, attempt }] of all.entries()) {
        if (this.#attempts.has(name)) continue
        this.#attempts.add(name)
        const before = all[index - 1]
        if (before) this.#emit({ type: 'lost', task, why: `attempt ${before.attempt} on ${before.node} did not end` })
        if (!committed.has(task)) this.#emit({ type: 'running', task, node, attempt })
      }
  }

  async #damaged(task: string, folder: FolderView, why: string): Promise<false> {
    await setAside(this.#root, task, folder.attempts.get(task)?.length ?? 0)
    this.note('warning', `the result of ${task} is not usable: ${why}`)
    return false
  }

  async #collect(task: string, folder: FolderView, book: Book): Promise<boolean> {
    const result = await readResult(this.#root, task)
    if (!result) return this.#damaged(task, folder, 'it is damaged')
    if (result.task !== task) return this.#damaged(task, folder, `it is of ${result.task}`)
    const whole: SlurmResult = {
      ...result,
      dir: join(layout(this.#root).tasks, task),
      lost: lostOf(result, folder, book),
    }
    const why = hasEnded(whole) ? await this.#accept(whole) : undefined
    if (why !== undefined) return this.#damaged(task, folder, why)
    this.results.set(task, whole)
    this.#emit({ type: 'done', task, result: whole })
    return true
  }
}
