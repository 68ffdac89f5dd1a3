// SPDX-License-Identifier: MIT
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Emit, Event } from '../model/events.ts'
import type { SlurmEvent } from '../slurm/events.ts'
import { layout, parseAttempt } from '../slurm/layout.ts'
import { hasEnded } from '../slurm/result.ts'
import type { Submission } from './model.ts'
import { eventsIn } from './printed.ts'

interface Printed {
  /** The file, under whatever name: a commit renames its folder. */
  readonly ino: number
  readonly lines: readonly string[]
}

/** What attempts have printed since the last look. */
class Output {
  readonly #at = new Map<number, number>()

  async read(path: string): Promise<Printed | undefined> {
    const file = await open(path).catch(() => undefined)
    if (!file) return undefined
    await using own = file
    const { ino, size } = await own.stat()
    const at = this.#at.get(ino) ?? 0
    if (size <= at) return { ino, lines: [] }
    const { buffer, bytesRead } = await own.read(Buffer.alloc(size - at), 0, size - at, at)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    this.#at.set(ino, at + end)
    return { ino, lines: buffer.subarray(0, end).toString('utf8').split('\n') }
  }
}

interface Words {
  readonly level: 'info' | 'warning'
  readonly text: string
}

/** What an event of the engine says to a user, who knows its tasks by this word. */
export const wordsOf = (event: SlurmEvent, word = 'part '): Words | undefined => {
  switch (event.type) {
    case 'queued':
      return { level: 'info', text: `${word}${event.task} is queued as job ${event.job}` }
    case 'resubmitted':
      return { level: 'warning', text: `${word}${event.task} is queued again as job ${event.job}` }
    case 'running': {
      const again = event.attempt > 1 ? `, attempt ${event.attempt}` : ''
      return { level: 'info', text: `${word}${event.task} runs on ${event.node}${again}` }
    }
    case 'lost':
      return { level: 'warning', text: `${word}${event.task} was lost: ${event.why}` }
    case 'note':
      return { level: event.level, text: event.text }
    case 'done':
      return undefined
  }
}

/** Turns the progress of a submitted run into the events of a local one. */
export class SubmitProgress {
  readonly #root: string
  readonly #emit: Emit
  readonly #cells: string[]
  readonly #parts: ReadonlyMap<string, readonly string[]>
  readonly #output = new Output()
  /** Verdicts of attempts that may still be lost, by the file that they were read from. */
  readonly #verdicts = new Map<number, Event[]>()
  /** Parts whose results the engine has accepted, and those of them that are shown. */
  readonly #accepted = new Set<string>()
  readonly #shown = new Set<string>()

  constructor(root: string, submission: Submission, emit: Emit) {
    this.#root = root
    this.#emit = emit
    this.#cells = submission.cells.map(({ id }) => id)
    this.#parts = new Map(submission.parts.map(({ id, cells }) => [id, cells]))
  }

  start(): void {
    this.#emit({ type: 'plan', cells: [...this.#cells] })
  }

  /** An event of the engine. */
  readonly onSlurm = (event: SlurmEvent): void => {
    const said = wordsOf(event)
    if (said) this.#emit({ type: 'note', scope: '', ...said })
    if (event.type !== 'done') return
    if (hasEnded(event.result)) this.#accepted.add(event.task)
    else this.#failed(event.task, `${event.result.error} (${event.result.remedy})`)
  }

  #failed(part: string, text: string): void {
    for (const scope of this.#parts.get(part) ?? []) this.#emit({ type: 'cell', scope, verdict: 'error', text })
  }

  #added(added: readonly string[]): void {
    const fresh = added.filter((id) => !this.#cells.includes(id))
    for (const id of fresh) {
      const before = this.#cells.findLastIndex((one) => id.replace(/-run\d+$/, '') === one.replace(/-run\d+$/, ''))
      this.#cells.splice(before < 0 ? this.#cells.length : before + 1, 0, id)
    }
    if (fresh.length > 0) this.#emit({ type: 'plan', cells: [...this.#cells], added: fresh })
  }

  #keep(ino: number, event: Event): void {
    const all = this.#verdicts.get(ino)
    if (all) all.push(event)
    else this.#verdicts.set(ino, [event])
  }

  #pass(ino: number, event: Event): void {
    if (event.type === 'plan') this.#added(event.added ?? [])
    else if (event.type === 'cell') {
      // A part knows some boots of a pair; the pair is judged when all are there.
      if (this.#cells.includes(event.scope)) this.#keep(ino, event)
    }
    // A node's own summary is not that of the run.
    else if (event.type !== 'note' || event.scope !== '' || event.level === 'warning') this.#emit(event)
  }

  /** Reads what the nodes have printed since the last call. It is only shown: what cannot be read or shown ends no run. */
  async look(): Promise<void> {
    const { tasks } = layout(this.#root)
    for (const name of await readdir(tasks).catch(() => [])) {
      const part = parseAttempt(name)?.task ?? name
      if (!this.#parts.has(part) || this.#shown.has(part)) continue
      // A shared folder may have lost the file by now.
      const printed = await this.#output.read(join(tasks, name, 'stdout')).catch(() => undefined)
      if (!printed) continue
      for (const event of eventsIn(printed.lines)) this.#pass(printed.ino, event)
      if (name === part && this.#accepted.has(part)) this.#settle(part, printed.ino)
    }
  }

  #settle(part: string, ino: number): void {
    this.#shown.add(part)
    const all = this.#verdicts.get(ino) ?? []
    this.#verdicts.delete(ino)
    for (const event of all) this.#emit(event)
  }
}
