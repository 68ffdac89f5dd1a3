// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { guardedOnFd3 } from '../../lib/process/guard.ts'

/** A program in the foreground, in a process group of its own, which dies with this process. */
export class Daemon {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(argv: readonly string[], env: Readonly<Record<string, string>>, logFile: string) {
    const [file, ...args] = guardedOnFd3(argv)
    const log = openSync(logFile, 'a')
    this.#child = spawn(file, args, { env, detached: true, stdio: ['ignore', log, log, 'pipe'] })
    this.#ended = once(this.#child, 'exit')
    this.#ended.catch(() => undefined)
  }

  get pid(): number {
    return this.#child.pid!
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Sends the signal, and KILL if it has not ended after `graceMs`. */
  async stop(name: NodeJS.Signals, graceMs = 3_000): Promise<void> {
    if (this.isRunning) process.kill(this.pid, name)
    await Promise.race([this.#ended, sleep(graceMs, undefined, { ref: false })])
    // With the watcher that the guard left in the group.
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // The group has ended.
    }
    await this.#ended
    this.#child.stdio[3]?.destroy()
  }
}

/** Asks until the answer is yes; throws with `what` after `limitMs`. */
export const until = async (what: string, isSo: () => Promise<boolean> | boolean, limitMs = 30_000): Promise<void> => {
  const end = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`after ${Math.round(limitMs / 1000)} s still not: ${what}`)
    await sleep(50)
  }
}
