// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import { type Watched, watchEdits } from '../../lib/files/changes.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { describeError, EXIT, HarnessError, InterruptedError } from '../../model/errors.ts'
import type { Emit } from '../../model/events.ts'
import type { Format } from '../../progress/format.ts'
import { type Session, withProgress } from './session.ts'

/** Runs once, until the signal is aborted. */
type Once = (session: Session) => Promise<void>

export interface WatchOptions {
  readonly format: Format | undefined
  /** Rings the bell of the terminal with each verdict. */
  readonly bell: boolean
}

// An editor, or git, writes several files at once.
const SETTLE_MS = 300
const SHOWN = 5

const listed = (paths: ReadonlySet<string>): string => {
  const [first, more] = [[...paths].slice(0, SHOWN), paths.size - SHOWN]
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** The edits since the last run began. */
class Edits {
  readonly #paths = new Set<string>()
  #wake: () => void = () => undefined

  add(path: string): void {
    this.#paths.add(path)
    this.#wake()
  }

  /** Waits for an edit that was not taken yet, or for the signal. */
  first(signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.none) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  get none(): boolean {
    return this.#paths.size === 0
  }

  /** Waits until no more come, and forgets them. */
  async take(): Promise<string> {
    for (let count = -1; count !== this.#paths.size; await sleep(SETTLE_MS)) count = this.#paths.size
    const text = listed(this.#paths)
    this.#paths.clear()
    return text
  }
}

const note = (emit: Emit, level: 'info' | 'warning', text: string): void =>
  emit({ type: 'note', scope: 'watch', level, text })

/** A run that the next edit cancels; returns whether it came to its end. A text that cannot be tested is only reported. */
const runUntilEdit = async (once: Once, edits: Edits, emit: Emit): Promise<boolean> => {
  const obsolete = new AbortController()
  void edits.first(obsolete.signal).then(() => obsolete.abort())
  try {
    await once({ emit, signal: AbortSignal.any([interruptSignal(), obsolete.signal]) })
    return true
  } catch (error) {
    if (interruptSignal().aborted || !(error instanceof HarnessError)) throw error
    if (!(error instanceof InterruptedError && !edits.none)) note(emit, 'warning', describeError(error))
    return false
  } finally {
    obsolete.abort()
  }
}

/**
 * Runs now and after each edit; an edit cancels the run that it makes obsolete. Ends with Ctrl-C: the exit code is then
 * that of the last verdict, or 130 when none was reached.
 */
export const watchRuns = async (watched: Watched, once: Once, { format, bell }: WatchOptions): Promise<void> => {
  const edits = new Edits()
  const stop = interruptSignal()
  const onFailure = (error: unknown): never => {
    throw error
  }
  using _watch = watchEdits(watched, { onEdit: (path) => edits.add(path), onFailure })
  process.exitCode = EXIT.interrupted
  for (let changed = ''; !stop.aborted; changed = await edits.take()) {
    await withProgress(format, async ({ emit }) => {
      if (changed !== '') note(emit, 'info', `changed: ${changed}`)
      const ended = await runUntilEdit(once, edits, emit)
      if (ended && bell) process.stdout.write('\x07')
      if (edits.none) note(emit, 'info', 'waiting for an edit; Ctrl-C ends')
      else note(emit, 'info', ended ? 'edited meanwhile' : 'edited: this run is obsolete')
    })
    await edits.first(stop)
  }
}
