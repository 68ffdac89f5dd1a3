// SPDX-License-Identifier: MIT
import type { Head } from '../family.ts'
import { question, type Shape, type Text } from '../lines/shape.ts'
import { holding, leading } from '../patterns.ts'
import { lacksFrame } from './chain.ts'
import { isPlainFrame } from './frame.ts'
import { lacksLock } from './lock-lines.ts'
import { type RegisterGap, registerGap } from './pointer.ts'
import type { Body, Trace } from './report-body.ts'
import { hasEnd } from './stall.ts'
import { plainName } from './title.ts'

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
const OTHERS: Gap = { why: 'the registers of the report itself are missing', hidesFunction: true }
const STACK: Gap = { why: 'the stack is missing', hidesFunction: false }
const END: Gap = { why: 'the end of the stack is missing', hidesFunction: false }
const IN_TIMER: Gap = { why: 'the end of the stack is missing', hidesFunction: true }
const HEADER: Gap = { why: 'a header line is missing', hidesFunction: true }
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

const isRemedy = question((text) => text.startsWith('"echo 0 > /proc/sys/kernel/hung_task_'))
const isTaint = question(leading(/^(?:Not tainted |Tainted: (?!\[))/))

/** A task that hangs has each of these lines once. */
const hasTwoHangs = (lines: readonly Text[]): boolean =>
  [isRemedy, isTaint].some((isIt) => lines.filter(({ shape }) => isIt(shape)).length > 1)

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

/** Their reports show the registers of the trap before its stack. */
const TRAPS = new Set(['oops', 'kernel-bug'])

/** Their own stack follows the header line at once. */
const UNHEADED = new Set(['kmsan', 'kfence', 'kcsan'])

const lacksPointer = ({ traces }: Body): boolean =>
  traces.some(({ frames, link }) => frames.length > 0 || link.length > 0) &&
  traces.every(({ ip, nowhere }) => ip.length === 0 && !nowhere)

/** A symbolising script prints the header for each inlined call, and for the function itself last. */
const isHeaderOfInlined = question((text) => text.startsWith('BUG: K') && text.endsWith(' [inline]'))
const isInlined = question((text) => text.endsWith(' [inline]'))

const lacksHeader = (lines: readonly Text[]): boolean => {
  const at = lines.findLastIndex(({ shape }) => isHeaderOfInlined(shape))
  if (at < 0 || lines[at + 1]?.text.startsWith('BUG: K') === true) return false
  return lines.slice(at + 1).some(({ shape }) => isInlined(shape))
}

/** Pointers of m68k, alpha, sh and xtensa, which are not read. */
const isOtherPointer = question(leading(/^(?:PC: \[<|pc = \[<|pc: [0-9a-f]{8}, ps: )/))

const lacksTrap = (lines: readonly Text[], body: Body, names: readonly string[]): boolean =>
  !body.dropped && names.some((name) => TRAPS.has(name)) && lacksPointer(body) && !someOf(lines, isOtherPointer)

const inRegisters = (lines: readonly Text[], body: Body, { head, names }: Heads): Gap | undefined => {
  if (lacksTrap(lines, body, names)) return REGISTERS['no pointer']
  const gap = registerGap(lines)
  if (gap === undefined) return undefined
  return gap === 'no pointer inside' && head.blame === 'stall' ? REGISTERS['no pointer'] : REGISTERS[gap]
}

/** Up to 4.15 arm64 prints the registers without a stack. */
const isRegistersAlone = question(leading(/^pc : \[<[0-9a-f]{16}>\] lr : /))

// The timer that found the stall interrupted somebody, who is below it on the same stack.
const TIMER = /^(?:rcu_sched_clock_irq|rcu_check_callbacks|watchdog_timer_fn|update_process_times)$/
const isInTimer = ({ frames, ip, interrupted }: Trace): boolean =>
  interrupted === undefined && ip.length === 0 && frames.some((frame) => TIMER.test(plainName(frame.function)))

const inStall = (lines: readonly Text[], { traces }: Body): Gap | undefined => {
  const shown = traces.filter(({ frames }) => frames.length > 0)
  if (shown.length > 0 && shown.every(isInTimer)) return IN_TIMER
  const stacks = traces.map(({ frames }) => frames)
  if (stacks.length === 0 || stacks.some(hasEnd)) return undefined
  if (stacks.every((frames) => frames.length === 0)) return someOf(lines, isRegistersAlone) ? undefined : STACK
  const isGuess = stacks.flat().every(({ unreliable }) => unreliable)
  return isGuess || lines.some(({ text }) => text === '</TASK>') ? undefined : END
}

const isAbort = question(leading(/^(?:(?:Mem|Data) abort info:|ESR = 0x|EC = 0x|FSC = 0x|(?:user|swapper) pgtable: )/))
const isError = question((text) => text.startsWith('Internal error: '))
/** arm64 says what an abort is before the number of the Oops. */
const lacksError = (lines: readonly Text[]): boolean => someOf(lines, isAbort) && !someOf(lines, isError)

const inStacks = (lines: readonly Text[], body: Body, { head, names }: Heads): Gap | undefined => {
  const { traces, orphans } = body
  const gap = head.blame === 'stall' ? inStall(lines, body) : undefined
  if (gap !== undefined) return gap
  if (orphans) return HEADING
  const isHeaded = names.some((name) => UNHEADED.has(name)) || traces.every((one) => one.headed || !one.frames.length)
  return isHeaded ? undefined : HEADING
}

/** Lines of somebody else. */
const foreignIn = (lines: readonly Text[], { names }: Heads): Gap | undefined => {
  if (!names.includes('netdev') && someOf(lines, isTracker)) return STRANGER
  if (!names.includes('kasan') && someOf(lines, isOfKasan)) return FOREIGN
  return !names.includes('lockdep') && someOf(lines, isOfLockdep) ? FOREIGN_LOCKS : undefined
}

/** What can be seen to be missing in the lines of a report, or to be too much. */
export const gapIn = (lines: readonly Text[], body: Body, heads: Heads): Gap | undefined => {
  if (namesTwo(body, heads.head)) return TASKS
  if (lacksLock(lines, heads.head.blame, body)) return LOCK
  if (heads.head.blame === 'hang' && hasTwoHangs(lines)) return HEADER
  if (body.othersFirst && !OF_OTHERS.has(heads.head.blame)) return OTHERS
  const gap = foreignIn(lines, heads) ?? inRegisters(lines, body, heads)
  if (gap !== undefined) return gap
  if (lacksFrame(lines)) return FRAME
  return lacksHeader(lines) || lacksError(lines) ? HEADER : inStacks(lines, body, heads)
}
