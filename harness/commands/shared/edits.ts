// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'

// An editor, or git, writes several files at once.
const SETTLE_MS = 300
// A build in the tree writes files for minutes, and an edit meanwhile must not wait for its end.
const MAX_SETTLE_MS = 5_000
const SHOWN = 5

const listed = (paths: ReadonlySet<string>): string => {
  const [first, more] = [[...paths].slice(0, SHOWN), paths.size - SHOWN]
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** The edits that nobody has looked at, until `stop`. */
export class Edits {
  readonly #paths = new Set<string>()
  readonly #stop: AbortSignal
  #events = 0
  #looking = false
  #failure: { readonly error: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(stop: AbortSignal) {
    this.#stop = stop
    stop.addEventListener('abort', () => this.#wake(), { once: true })
  }

  add(path: string): void {
    this.#events++
    this.#paths.add(path)
    this.#wake()
  }

  /** The watch ended: who waits for an edit gets the error. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.#wake()
  }

  /** Whether there may be an edit that changes what is tested. */
  get inDoubt(): boolean {
    return this.#looking || this.#paths.size > 0
  }

  /** Waits for an edit, and until no more come; forgets them. Until `looked` they leave a doubt. */
  async take(): Promise<string> {
    await this.#first()
    if (this.#paths.size === 0) return ''
    this.#looking = true
    await this.#settle()
    const text = listed(this.#paths)
    this.#paths.clear()
    return text
  }

  /** The edits that were taken changed nothing, or the run that they ask for begins. */
  looked(): void {
    this.#looking = false
  }

  async #first(): Promise<void> {
    while (this.#paths.size === 0 && !this.#failure && !this.#stop.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    if (this.#failure) throw this.#failure.error
  }

  async #settle(): Promise<void> {
    const end = performance.now() + MAX_SETTLE_MS
    for (let count = -1; count !== this.#events && performance.now() < end && !this.#stop.aborted; ) {
      count = this.#events
      await sleep(SETTLE_MS)
    }
  }
}
