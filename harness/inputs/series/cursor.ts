// SPDX-License-Identifier: MIT

/** What is wrong with a diff, at which line, and what to do. Lines count from 1. */
export interface DiffProblem {
  readonly line: number
  readonly message: string
  readonly hint: string
}

const RAW =
  'web archives and mail clients eat tabs and leading blanks: fetch the raw mail (https://lore.kernel.org/…/raw, or b4 am) or make it with git format-patch'

/** Stops the parser; `parseDiff` turns it into its problem. */
export class Malformed extends Error {
  readonly problem: DiffProblem
  constructor(line: number, message: string, hint = RAW) {
    super(message)
    this.problem = { line, message, hint }
  }
}

/** The lines of a diff, and how many of them are parsed. */
export class Cursor {
  readonly lines: readonly string[]
  /** How many lines are parsed. */
  taken = 0
  constructor(lines: readonly string[]) {
    this.lines = lines
  }
  /** The number of the next line, from 1. */
  get line(): number {
    return this.taken + 1
  }
  peek(ahead = 0): string | undefined {
    return this.lines[this.taken + ahead]
  }
  take(): string {
    return this.lines[this.taken++] ?? ''
  }
}
