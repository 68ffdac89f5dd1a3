// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { FRAMED } from './framed.ts'
import { leadOf, nameInHeader } from './lead.ts'
import type { Line } from './line.ts'

/** A line of a report; `found` is set on header lines. */
export interface Entry {
  readonly record: Line
  readonly found: HeadMatch | undefined
}

/** They print frames without a heading, or after headings of many forms. */
const UNHEADED = new Set(['kmsan', 'kcsan', 'kfence', 'kmemleak', 'slab'])

/** They print no registers of the kernel above their stack. */
const WITHOUT_REGISTERS = new Set([
  'kasan',
  'kmsan',
  'kcsan',
  'ubsan',
  'lockdep',
  'slab',
  'hung-task',
  'kmemleak',
  'oom',
])

/** They end with `---[ end trace`. */
const MARKED = new Set(['oops', 'kernel-bug', 'list', 'usercopy', 'refcount', 'odebug', 'warning'])

/** 32-bit ARM prints `callee from caller`, and no heading. */
export type Form = 'from' | 'plain'

/** One of several reports whose lines are mixed. */
export class Strand {
  readonly matches: HeadMatch[]
  readonly entries: Entry[] = []
  pid: number | undefined
  cpu: number | undefined
  stack: 'none' | 'open' | 'closed' = 'none'
  /** Frames of an allocation, of a free or of another lock may follow. */
  tail = false
  /** The place where a lock is taken or released is in the next line. */
  awaitsPlace = false
  /** Its last line has come. */
  ended = false
  /** The outer end of its stack came, and the line that ends the stack of a task did not. */
  owesEnd = false
  /** The outer end that came in its last frame. */
  outerEnd: string | undefined
  /** The function of its registers. */
  ip: string | undefined
  /** The line that names its CPU and task came. */
  isKnown = false
  /** Whose lines these are is a guess. */
  isGuess = false
  /** Frames that may be of another report were left out. */
  isPartial = false
  readonly names: string[] = []
  /** Places of its first line, and of the last frame. */
  readonly from: number
  to = 0

  constructor(found: HeadMatch, from: number) {
    this.matches = [found]
    this.from = from
  }

  get named(): string | undefined {
    return nameInHeader(leadOf(this.matches))
  }

  get family(): string {
    return leadOf(this.matches).family.name
  }

  /** The next frame may be its own, if it has this form. */
  mayHaveFrame(form: Form): boolean {
    if (this.ended) return false
    if (this.tail || this.awaitsPlace) return true
    return this.stack === 'open' || this.isUnheaded || (form === 'from' && this.stack === 'none' && this.isReady)
  }

  /** A report of one line names no task and has no stack of its own. */
  get mayHaveTask(): boolean {
    return leadOf(this.matches).head.single !== true
  }

  /** The next line with an instruction pointer may be its own. */
  get mayHavePointer(): boolean {
    if (this.ended || WITHOUT_REGISTERS.has(this.family)) return false
    return this.stack === 'open' || (this.stack === 'none' && this.ip === undefined)
  }

  get isFramed(): boolean {
    return FRAMED.has(this.family) || this.family === 'ubsan'
  }

  get isMarked(): boolean {
    return MARKED.has(this.family)
  }

  /** Nothing but the heading has to come before its stack. */
  get isReady(): boolean {
    return this.isKnown || this.family === 'hung-task' || this.family === 'workqueue-lockup'
  }

  /** This heading can be of its stack. */
  mayHaveHeading(text: string): boolean {
    if (text.startsWith('backtrace')) return this.family === 'kmemleak'
    return this.mayHaveTask && (this.family === 'slab' || !UNHEADED.has(this.family))
  }

  get isUnheaded(): boolean {
    return UNHEADED.has(this.family) || leadOf(this.matches).kind === 'netdev'
  }

  take(entry: Entry): void {
    this.entries.push(entry)
  }

  end(): void {
    this.ended = true
    if (this.stack === 'open') this.stack = 'closed'
  }
}
