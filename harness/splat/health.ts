// SPDX-License-Identifier: MIT

/** Whether a console can be trusted to show what its kernel reported. */
export interface ConsoleHealth {
  /** Lines that are not blank. */
  readonly lines: number
  /** Whether the kernel's first line is there. */
  readonly banner: boolean
  /** Messages that the kernel printed faster than the console could take them. */
  readonly dropped: number
  /** Messages that their rate limit held back; the first ones of their kind are there. */
  readonly suppressed: number
}

const BANNER = /Linux version \d+\.\d+/
const DROPPED = /(\d{1,15}) printk messages dropped/
const SUPPRESSED = /: (\d{1,15}) callbacks suppressed/

/** Counts what a console says about its own gaps. */
export class ConsoleWatch {
  #lines = 0
  #banner = false
  #dropped = 0
  #suppressed = 0

  see(line: string): void {
    if (line.trim() === '') return
    this.#lines += 1
    this.#banner ||= BANNER.test(line)
    this.#dropped += Number(DROPPED.exec(line)?.[1] ?? 0)
    this.#suppressed += Number(SUPPRESSED.exec(line)?.[1] ?? 0)
  }

  get health(): ConsoleHealth {
    return { lines: this.#lines, banner: this.#banner, dropped: this.#dropped, suppressed: this.#suppressed }
  }
}
