// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import type { Qmp } from '../qmp.ts'
import type { Debugging } from './model.ts'

/** Follows one machine that is debugged. */
export class DebugSession {
  /** Why the memory could not be written. */
  dumpError: string | undefined
  readonly #debugging: Debugging
  readonly #dir: string
  readonly #failed: (error: unknown) => void
  #stopped = false
  #dumped: Promise<void> | undefined

  /** `failed` gets the error of what the caller does while the guest waits. */
  constructor(debugging: Debugging, dir: string, failed: (error: unknown) => void) {
    this.#debugging = debugging
    this.#dir = dir
    this.#failed = failed
  }

  get socket(): string {
    return join(this.#dir, 'gdb.sock')
  }

  /** A person decides how long the guest runs. Until its first report, a guest that hangs is nobody's to look at. */
  get patient(): boolean {
    const { stop, terminal } = this.#debugging
    return stop === 'start' || this.#stopped || terminal !== undefined
  }

  /** QEMU waits after the guest's end, for its memory to be written. */
  get keepsMemory(): boolean {
    return this.#debugging.dump !== undefined
  }

  /** QEMU answers. */
  ready(): void {
    if (this.#debugging.stop !== 'start' || this.#stopped) return
    this.#stopped = true
    this.#wait('start')
  }

  /** The kernel has begun a report. */
  sawSplat(qmp: Qmp | undefined): void {
    if (this.#debugging.stop !== 'splat' || this.#stopped || qmp === undefined) return
    qmp.pause()
    // The memory is of interest as it is now.
    void this.beforeQuit(qmp).then(() => this.#wait('splat'))
    this.#stopped = true
  }

  /** Writes the memory once, if that was asked for; then the machine may go. */
  async beforeQuit(qmp: Qmp): Promise<void> {
    const { dump } = this.#debugging
    if (dump === undefined) return
    this.#dumped ??= qmp.dump(dump).catch((error: Error) => {
      this.dumpError = error.message
    })
    await this.#dumped
  }

  #wait(stop: 'start' | 'splat'): void {
    this.#debugging.onWaiting?.({ stop, socket: this.socket, dir: this.#dir }).catch(this.#failed)
  }
}
