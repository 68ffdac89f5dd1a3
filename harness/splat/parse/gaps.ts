// SPDX-License-Identifier: MIT
import type { Head } from '../family.ts'
import { question, type Shape, type Text } from '../lines/shape.ts'
import { holding, leading } from '../patterns.ts'
import { lacksFrame } from './chain.ts'
import { isPlainFrame } from './frame.ts'
import { lacksLock } from './lock-lines.ts'
import { type RegisterGap, registerGap } from './pointer.ts'
import type { Body } from './report-body.ts'

/** A line that every report of this form has is not there, or a line of another report is. */
export interface Gap {
  readonly why: string
  /** The function that the stack shows may be the wrong one. */
  readonly hidesFunction: boolean
}

const REGISTERS: Readonly<Record<RegisterGap, Gap>> = {
  'no pointer': { why: 'the line of the instruction pointer is missing', hidesFunction: true },
  'no pointer inside': { why: 'the line of an instruction pointer is missing', hidesFunction: false },
  'no link': { why: 'the line of the link register is missing', hidesFunction: true },
  'two pointers': { why: 'the registers name two functions', hidesFunction: true },
}
const FRAME: Gap = { why: 'a frame of the stack is missing', hidesFunction: true }
const TASKS: Gap = { why: 'the report names two tasks', hidesFunction: true }
const LOCK: Gap = { why: 'a line of the locks is missing', hidesFunction: true }
const FOREIGN: Gap = { why: 'lines of a KASAN report are between those of the report', hidesFunction: true }
const FOREIGN_LOCKS: Gap = { why: 'lines of lockdep are between those of the report', hidesFunction: true }
const STRANGER: Gap = { why: 'frames of another report are between its lines', hidesFunction: true }
const HEADING: Gap = { why: 'the heading of a stack is missing', hidesFunction: false }

/** Their reports dump the tasks of other CPUs. */
const OF_OTHERS = new Set<Head['blame']>(['stall', 'hang', 'blocked', 'none'])

/** The head that names the report, and the families and kinds of all its header lines. */
interface Heads {
  readonly head: Head
  readonly names: readonly string[]
}

const namesTwo = (body: Body, head: Head): boolean =>
  head.everyone !== true && !OF_OTHERS.has(head.blame) && new Set(body.pids).size > 1

/** Lines that only KASAN prints. */
const isOfKasan = question(
  leading(
    /^(?:(?:Read|Write) of size \d+ at addr |(?:Allocated|Freed) by task \d|The buggy address |Memory state around the buggy)/,
  ),
)

/** Lines that only lockdep prints. */
const isPartOfLockdep = leading(
  /^(?:other info that might help us debug this|the (?:existing|shortest) dependenc|Possible (?:interrupt )?unsafe locking scenario|(?:\.{3} )?which (?:lock already depends|became |would create a new lock)|but this new dependency connects|-> #\d+ \()/,
)
const namesLockUser = holding(
  ['trying to ', '] takes:'],
  /^(?:\S.{0,120} is trying to (?:acquire|release lock|lock|contend)|\S.{0,120}\] takes:$)/,
)
const isOfLockdep = question((text) => isPartOfLockdep(text) || namesLockUser(text))

const isTracker = question((text) => text.startsWith('ref_tracker: '))

const someOf = (lines: readonly Text[], isOne: (shape: Shape) => boolean): boolean => {
  for (const { shape } of lines) if (!isPlainFrame(shape) && isOne(shape)) return true
  return false
}

/** What can be seen to be missing in the lines of a report. */
export const gapIn = (lines: readonly Text[], body: Body, { head, names }: Heads): Gap | undefined => {
  if (namesTwo(body, head)) return TASKS
  if (lacksLock(lines, head.blame, body)) return LOCK
  if (!names.includes('netdev') && someOf(lines, isTracker)) return STRANGER
  if (!names.includes('kasan') && someOf(lines, isOfKasan)) return FOREIGN
  if (!names.includes('lockdep') && someOf(lines, isOfLockdep)) return FOREIGN_LOCKS
  const registers = registerGap(lines)
  if (registers === 'no pointer inside' && head.blame === 'stall') return REGISTERS['no pointer']
  if (registers !== undefined) return REGISTERS[registers]
  if (lacksFrame(lines)) return FRAME
  return body.orphans ? HEADING : undefined
}
