// SPDX-License-Identifier: MIT
import { unseenBelow, type Watched, watchEdits } from '../../lib/files/changes.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { describeError, EXIT, HarnessError, InterruptedError } from '../../model/errors.ts'
import type { Emit } from '../../model/events.ts'
import type { Format } from '../../progress/format.ts'
import { Edits } from './edits.ts'
import { type Session, withProgress } from './session.ts'

/** What runs again after each edit. */
export interface Watchable {
  /** What the user may edit now. */
  readonly watched: () => Promise<Watched>
  /** Runs once, until the signal is aborted; returns the exit code. Calls `onRead` with the key of what it tests, once it has read that. */
  readonly run: (session: Session, onRead: (key: string) => void) => Promise<number>
  /** The key of what a run would test now; undefined when that cannot be told. */
  readonly current: (signal: AbortSignal) => Promise<string | undefined>
  /** Removes what a cancelled run left. */
  readonly cleanUp: (session: Session) => Promise<void>
}

export interface WatchOptions {
  readonly format: Format | undefined
  /** Rings the bell of the terminal with each verdict. */
  readonly bell: boolean
}

const note = (emit: Emit, level: 'info' | 'warning', text: string): void =>
  emit({ type: 'note', scope: 'watch', level, text })

/** One run, and the time after it until the next begins. */
class Turn {
  readonly #work: Watchable
  readonly #edits: Edits
  readonly #options: WatchOptions
  readonly #stop = interruptSignal()
  readonly #obsolete = new AbortController()
  /** Settles with what the run tests; undefined when it ended before it had read that. */
  readonly #tested: Promise<string | undefined>
  #onRead: (key: string | undefined) => void = () => undefined
  /** Of the verdict, once there is one. */
  #code: number = EXIT.interrupted
  /** While the run shows its progress. */
  #emit: Emit | undefined

  constructor(work: Watchable, edits: Edits, options: WatchOptions) {
    this.#work = work
    this.#edits = edits
    this.#options = options
    this.#tested = new Promise((resolve) => {
      this.#onRead = resolve
    })
  }

  /** Runs, and waits for an edit that changes what is tested; returns what it was. */
  async take(beginning: (emit: Emit) => void): Promise<string> {
    this.#edits.looked()
    process.exitCode = EXIT.interrupted
    const change = this.#change()
    const cancel = (): void => this.#obsolete.abort()
    void change.then(cancel, cancel)
    await withProgress(this.#options.format, async ({ emit }) => {
      this.#emit = emit
      beginning(emit)
      await this.#run(emit)
      this.#emit = undefined
    })
    return await change
  }

  async #run(emit: Emit): Promise<void> {
    const code = await this.#runUntilEdit(emit)
    const ended = code !== undefined
    this.#onRead(undefined)
    if (ended) this.#code = code
    this.#showCode()
    if (ended && this.#options.bell) process.stdout.write('\x07')
    if (!ended) await this.#work.cleanUp({ emit, signal: this.#stop })
    if (this.#obsolete.signal.aborted) note(emit, 'info', ended ? 'edited meanwhile' : 'edited: this run is obsolete')
    else note(emit, 'info', 'waiting for an edit; Ctrl-C ends')
  }

  /** The exit code of the run; undefined when it did not come to its end. A text that cannot be tested is only reported. */
  async #runUntilEdit(emit: Emit): Promise<number | undefined> {
    const obsolete = this.#obsolete.signal
    try {
      return await this.#work.run({ emit, signal: AbortSignal.any([this.#stop, obsolete]) }, this.#onRead)
    } catch (error) {
      if (this.#stop.aborted || !(error instanceof HarnessError)) throw error
      if (!(error instanceof InterruptedError && obsolete.aborted)) note(emit, 'warning', describeError(error))
      return undefined
    }
  }

  /** Waits for edits that change what is tested. Of others, as build products are, it only tells. */
  async #change(): Promise<string> {
    for (;;) {
      const changed = await this.#edits.take()
      if (this.#stop.aborted || (await this.#differs())) return changed
      this.#edits.looked()
      this.#showCode()
      await this.#tell(`nothing that is tested changed: ${changed}`)
    }
  }

  async #differs(): Promise<boolean> {
    const tested = await this.#tested
    return tested === undefined || (await this.#work.current(this.#stop)) !== tested
  }

  /** The verdict's, as long as the text that it is about is the last one. */
  #showCode(): void {
    process.exitCode = this.#edits.inDoubt ? EXIT.interrupted : this.#code
  }

  async #tell(text: string): Promise<void> {
    if (this.#emit) note(this.#emit, 'info', text)
    else await withProgress(this.#options.format, async ({ emit }) => note(emit, 'info', text))
  }
}

const warnOfUnseen = (emit: Emit, watched: Watched): void => {
  for (const path of unseenBelow(watched))
    note(emit, 'warning', `${path}: edits by another host start no run: its file system may be shared with others`)
}

/**
 * Runs now, and again after each edit that changes what is tested; it cancels the run that it makes obsolete. Ends with
 * Ctrl-C. The exit code is that of the verdict on the last text; 130 when there is none, so also for Ctrl-C during a run.
 */
export const watchRuns = async (work: Watchable, options: WatchOptions): Promise<void> => {
  const stop = interruptSignal()
  const edits = new Edits(stop)
  const onEdit = (path: string): void => {
    edits.add(path)
    process.exitCode = EXIT.interrupted
  }
  const first = await work.watched()
  using watch = watchEdits(first, { onEdit, onFailure: (error) => edits.fail(error) })
  let beginning = (emit: Emit): void => warnOfUnseen(emit, first)
  while (!stop.aborted) {
    const changed = await new Turn(work, edits, options).take(beginning)
    beginning = (emit) => note(emit, 'info', `changed: ${changed}`)
    // A series may require others now.
    watch.add(await work.watched())
  }
}
