// SPDX-License-Identifier: MIT
import { reporters } from '../data/reporters.ts'
import type { HeadMatch } from '../families.ts'
import { BLANK_SHAPE } from '../lines/shape.ts'
import { parseTask, parseWhere, type TaskInfo } from '../parse/facts.ts'
import { type ParsedFrame, parseFrame, parseIp } from '../parse/frame.ts'
import { namesOf } from '../parse/frames.ts'
import { isHelper } from '../parse/machinery.ts'
import { plainName } from '../parse/title.ts'
import { namesIn, remembered } from '../patterns.ts'
import { FOLLOW_ON, fits } from './fits.ts'
import { FRAME, OPENED } from './framed.ts'
import type { Unread } from './memory.ts'
import { CLOSED, endsStack } from './stack-watch.ts'
import { type Entry, type Form, Strand } from './strand.ts'

/** What one of the mixed reports has of a draft. */
export type Part = Pick<Unread, 'matches' | 'records' | 'raws' | 'line' | 'timeS' | 'mixed' | 'isGuess'>

const CUT_HERE = /-{4}\[ cut here \]-{4}/
const END_MARK = /^---\[ end trace [0-9a-f\]]/
const HEADING = /^(?:backtrace|Backtrace|Call [Tt]race)/

/** Lines that only reports of these families have. */
const KINDRED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:Read|Write|Free) (?:of|by) |^The buggy address|^Memory state around|^(?:Allocated|Freed) by task/, ['kasan']],
  [
    /^(?:.{0,120}is trying to (?:acquire|release|lock|contend)|.{1,120}\] takes:$|but task is already holding|other info that might)/,
    ['lockdep'],
  ],
  [/^(?:stack backtrace:|\d+ locks? held by|and interrupts could|\.{3} key |-> (?:#\d|\())/, ['lockdep']],
  [/^(?:but this |and this task is already |(?:\.{3} )?which (?!belongs)|to an? (?:SOFT|HARD)IRQ)/, ['lockdep']],
  [/^(?:the (?:existing|shortest) depend|.*\} (?:state was registered|ops: \d))/, ['lockdep']],
  [/^(?:#PF: |PGD |Mem abort info|BUG: unable|CR2: )/, ['oops']],
  [/^Preemption disabled at:/, ['bug']],
  [/^(?:rcu: |\(detected by|\d+-[.!])/, ['rcu-stall']],
  [
    /^(?:task:\S|INFO: task .{1,40} is blocked on |Showing all locks held|"echo 0 > |Not tainted|Tainted: )/,
    ['hung-task'],
  ],
]

/** After these lines come frames that are of no stack of the report itself. */
const TAIL =
  /^(?:-> #\d|Allocated |Freed |Last |page last |Preemption disabled at|the existing dependency chain|\.{3} which became )|state was registered at:/
const NO_TAIL = /^(?:The buggy |Memory state |other info that |stack backtrace|CPU: \d|irq event stamp)/

/** They are between the line that names CPU and task, and the stack. */
const BELOW_TASK = /^(?:Hardware name:|Workqueue:)/

/** Outer ends that others may follow on some kernels. */
const CONTINUED: readonly (readonly [RegExp, RegExp])[] = [
  [/^ret_from_fork$/, /^ret_from_fork_asm$/],
  [/^el0_/, /^el0t_/],
]

/** A blocked task gave its CPU away. */
const SWITCHED = /^(?:_*schedule|__switch_to|context_switch)/

/** Before the function of a frame; powerpc prints no `<`. The name of a stack, or a bracket, may be before it. */
const ADDRESS = /\[<?(?=[0-9a-f]{8})/

/** The registers of each architecture begin with other names. */
const REGISTERS: readonly RegExp[] = [
  /^R(?:IP|SP|AX): /, // x86_64
  /^E(?:IP|SP|AX): /, // x86
  /^(?:pstate: [0-9a-f]|x\d\d?: ?[0-9a-f]{16} )/, // arm64
  /^r\d{1,2}: ?[0-9a-f]{8} /, // arm
  /^(?:epc|gp|t0) : [0-9a-f]{8}/, // riscv
  /^(?:GPR\d\d|REGS|MSR): /, // powerpc
  /^(?:\$ {0,2}\d+ {0,3}:|Cause :) /, // mips
  /^Krnl (?:PSW|GPRS|Code)\b/, // s390
  /^(?:[CP]RMD|ESTAT): /, // loongarch
]

/** Below it is the place where a lock is taken or released. */
const PLACE = / (?:at|lock):$/

/** Symbolising scripts print the header line once for each inlined function, the innermost first. */
export const isRepeated = (before: Entry | undefined, found: HeadMatch | undefined): boolean =>
  found !== undefined &&
  before?.found?.head === found.head &&
  before.found.kind === found.kind &&
  before.record.text.endsWith('[inline]')

const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined)

const blank = (entry: Entry): Entry => ({
  ...entry,
  record: { ...entry.record, text: '', shape: BLANK_SHAPE },
})

/** True for the line that names CPU and task, below which the registers and the stack come. */
const isBeforeStack = (text: string): boolean => parseWhere(text)?.pid !== undefined || text.startsWith('task:')

class Untangler {
  readonly strands: Strand[] = []
  #current: Strand | undefined
  #before: Entry | undefined
  #at = 0
  /** Lines before a header line that belong to it. */
  #ahead: Entry[] = []
  /** What is before the addresses of frames, or empty for frames without one; and the form of 32-bit ARM. */
  readonly #forms = new Set<string>()
  readonly #architectures = new Set<RegExp>()
  /** Outer ends that were seen while several stacks were open. */
  #ends = 0

  line(entry: Entry, next: Entry | undefined): void {
    const { text } = entry.record
    if (entry.found?.head.layer === 'panic' && FOLLOW_ON.has(entry.found.kind)) this.#current?.take(entry)
    else if (isRepeated(this.#before, entry.found)) this.#again(entry)
    else if (entry.found !== undefined) this.#header(entry, entry.found)
    else if (CUT_HERE.test(text) || (FRAME.test(text) && OPENED.has(next?.found?.family.name ?? '')))
      this.#ahead.push(entry)
    else this.#body(entry)
    this.#before = entry
    this.#at += 1
  }

  /** Frames of two forms or registers of two machines are of two kernels: nothing tells whose the other lines are. */
  get isOfTwoKernels(): boolean {
    return this.#forms.size > 1 || this.#architectures.size > 1
  }

  get #alive(): readonly Strand[] {
    return this.strands.filter((strand) => !strand.ended)
  }

  #again(entry: Entry): void {
    if (entry.found === undefined || this.#current === undefined) return
    this.#current.matches[this.#current.matches.length - 1] = entry.found
    this.#current.take(entry)
  }

  #header(entry: Entry, found: HeadMatch): void {
    const waiting = this.#alive.filter((strand) => strand.stack === 'none' && fits(strand.matches, found))
    const same = waiting.find((strand) => strand === this.#current) ?? waiting[0]
    const strand = same ?? new Strand(found, this.#at)
    if (same === undefined) this.strands.push(strand)
    else same.matches.push(found)
    for (const ahead of this.#ahead) strand.take(ahead)
    this.#ahead = []
    const who = parseWhere(entry.record.text) ?? parseTask(entry.record.text)
    this.#identify(strand, who?.pid, who?.cpu)
    strand.take(entry)
    this.#current = strand
  }

  #body(entry: Entry): void {
    const { text } = entry.record
    const registers = REGISTERS.find((re) => re.test(text))
    if (registers !== undefined) this.#architectures.add(registers)
    if (this.#pointer(entry) || this.#frame(entry)) return
    this.#current = this.#ownerOf(text) ?? this.#current
    const current = this.#current
    if (current === undefined) return
    if (HEADING.test(text)) this.#begin(current, text)
    else if (TAIL.test(text)) current.tail = true
    else if (NO_TAIL.test(text)) current.tail = false
    if (PLACE.test(text)) current.awaitsPlace = true
    this.#current?.take(entry)
    if (FRAME.test(text)) this.#end(current, (strand) => strand.isFramed)
    else if (END_MARK.test(text)) this.#end(current, (strand) => strand.isMarked)
    else if (CLOSED.test(text)) this.#close(text)
  }

  #end(current: Strand, isOfKind: (strand: Strand) => boolean): void {
    const ending = isOfKind(current) && !current.ended ? current : only(this.#alive.filter(isOfKind))
    // Inside a stack it is the first line of another report.
    if (ending !== undefined && (ending.stack === 'closed' || ending.isUnheaded)) ending.end()
  }

  /** The end of a stack's task: of one that is open alone, unless another one lacks only this line. */
  #close(text: string): void {
    const owing = text === '</TASK>' ? this.strands.find(({ owesEnd }) => owesEnd) : undefined
    if (owing !== undefined) {
      owing.owesEnd = false
      return
    }
    const open = only(this.strands.filter(({ stack }) => stack === 'open'))
    if (open !== undefined) open.stack = 'closed'
  }

  #begin(current: Strand, text: string): void {
    const waiting = this.#alive.filter((strand) => strand.stack === 'none' && strand.mayHaveHeading(text))
    const first =
      waiting.includes(current) && (current.isReady || !waiting.some((one) => one.isReady))
        ? current
        : (waiting.find((one) => one.isReady) ?? waiting[0])
    // Another stack of the same report.
    const next = first ?? (current.ended ? undefined : current)
    if (next === undefined) return
    // Both registers and stacks follow the line with CPU and task, and name neither.
    const rivals = waiting.filter((strand) => strand !== next && (strand.isReady || !next.isReady))
    if (rivals.length > 0) for (const strand of [next, ...rivals]) strand.isGuess = true
    next.stack = 'open'
    this.#current = next
  }

  /** True for the line of an instruction pointer, which is taken. */
  #pointer(entry: Entry): boolean {
    const ip = parseIp(entry.record.text)?.frame
    if (ip === undefined) return false
    const name = plainName(ip.function)
    const able = this.strands.filter((strand) => strand.mayHavePointer)
    const known = able.filter((strand) => strand.isKnown || strand.stack === 'open')
    const owner = only(able.filter((strand) => strand.named === name)) ?? only(known) ?? only(able)
    if (owner === undefined) {
      for (const strand of able) strand.isPartial = true
      this.#current?.take(blank(entry))
      return true
    }
    owner.ip ??= name
    this.#current = owner
    owner.take(entry)
    return true
  }

  /** True for a frame, which is taken: by the only report that can have one here, or by none. */
  #frame(entry: Entry): boolean {
    const frame = parseFrame(entry.record.text)
    if (frame === undefined) return false
    const name = plainName(frame.function)
    const form = entry.record.text.includes(' from ') ? 'from' : 'plain'
    this.#noteForm(entry.record.text, form)
    const isEnd = endsStack(entry.record.text)
    const continued = this.#continuedBy(name)
    const able = continued === undefined ? this.strands.filter((strand) => strand.mayHaveFrame(form)) : [continued]
    const owner = only(able) ?? (able.length === 0 ? this.#resumed : undefined)
    if (owner === undefined) {
      this.#drop(entry, able, isEnd)
      return true
    }
    owner.outerEnd = isEnd ? name : undefined
    this.#keep(owner, entry, frame, form)
    if (isEnd && owner.stack === 'open') {
      owner.stack = 'closed'
      owner.owesEnd = true
    }
    return true
  }

  // Some kernels print saved stacks in another form. A symbolising script adds lines without an address.
  #noteForm(text: string, form: Form): void {
    const maySave = ({ tail, awaitsPlace, isUnheaded }: Strand): boolean => tail || awaitsPlace || isUnheaded
    if (text.endsWith(' [inline]') || this.#alive.some(maySave)) return
    this.#forms.add(form === 'from' ? form : (ADDRESS.exec(text)?.[0] ?? ''))
  }

  #continuedBy(name: string): Strand | undefined {
    const ends = CONTINUED.find(([, next]) => next.test(name))?.[0]
    return ends && this.strands.find(({ outerEnd }) => outerEnd !== undefined && ends.test(outerEnd))
  }

  // Some outer ends, such as `el0_svc` of arm64, are followed by one or two frames.
  get #resumed(): Strand | undefined {
    return this.strands.find((strand) => !strand.ended && strand.stack === 'closed' && strand.to === this.#at - 1)
  }

  #keep(owner: Strand, entry: Entry, frame: ParsedFrame, form: Form): void {
    owner.to = this.#at
    owner.take(entry)
    const isPlace = owner.awaitsPlace
    owner.awaitsPlace = false
    if (owner.tail || isPlace) return
    if (owner.stack === 'none' && form === 'from') owner.stack = 'open'
    if (!frame.unreliable) owner.names.push(...namesOf(frame))
  }

  #drop(entry: Entry, able: readonly Strand[], isEnd: boolean): void {
    for (const strand of able) {
      strand.isPartial = true
      strand.awaitsPlace = false
    }
    if (able.length === 0) for (const strand of this.strands) strand.isPartial ||= this.#isLacking(strand)
    this.#current?.take(blank(entry))
    if (!isEnd) return
    this.#ends += 1
    const open = able.filter(({ stack }) => stack === 'open')
    if (this.#ends < open.length) return
    this.#ends = 0
    for (const strand of open) strand.stack = 'closed'
  }

  // A frame that nobody waits for: somebody's stack was taken for ended, or its heading is lost.
  #isLacking(strand: Strand): boolean {
    if (strand.stack === 'closed') return !strand.ended
    return strand.stack === 'none' && (strand.ended || strand === this.#current)
  }

  #ownerOf(text: string): Strand | undefined {
    const who = parseWhere(text) ?? parseTask(text)
    const kin = KINDRED.find(([re]) => re.test(text))?.[1]
    if (this.#before?.found !== undefined && this.#current?.pid === undefined && this.#isKin(kin))
      return this.#current && this.#identify(this.#current, who?.pid, who?.cpu)
    if (who?.pid === undefined && who?.cpu === undefined)
      return BELOW_TASK.test(text) ? this.#awaitingStack : this.#akin(kin)
    const owner = this.#known(who) ?? only(this.#ofFamilies(kin)) ?? this.#unknown(who) ?? this.#stranger()
    if (owner !== undefined && isBeforeStack(text)) owner.isKnown = true
    return owner && this.#identify(owner, who.pid, who.cpu)
  }

  #isKin(kin: readonly string[] | undefined): boolean {
    return kin?.includes(this.#current?.family ?? '') === true
  }

  /** The only report of these families, if the line is not of the current one. */
  #akin(kin: readonly string[] | undefined): Strand | undefined {
    if (kin === undefined) return undefined
    const related = this.#ofFamilies(kin)
    if (related.length > 1) for (const strand of related) strand.isGuess = true
    return this.#isKin(kin) ? undefined : only(related)
  }

  #ofFamilies(kin: readonly string[] | undefined): readonly Strand[] {
    return this.#alive.filter((strand) => kin?.includes(strand.family) === true)
  }

  /** The only report whose CPU and task came, and whose stack did not. */
  get #awaitingStack(): Strand | undefined {
    return only(this.#alive.filter((strand) => strand.isKnown && strand.stack === 'none'))
  }

  #known({ pid, cpu }: TaskInfo): Strand | undefined {
    return this.#alive.find((strand) =>
      pid !== undefined && strand.pid !== undefined ? strand.pid === pid : cpu !== undefined && strand.cpu === cpu,
    )
  }

  #unknown({ cpu }: TaskInfo): Strand | undefined {
    const unknown = this.#alive.filter(
      (strand) => strand.mayHaveTask && strand.pid === undefined && (strand.cpu ?? cpu) === cpu,
    )
    if (unknown.length > 1) for (const strand of unknown) strand.isGuess = true
    return unknown[0]
  }

  // A task that no report has named: whose line it is can only be guessed.
  #stranger(): Strand | undefined {
    if (this.#current !== undefined) this.#current.isGuess = true
    return this.#current
  }

  #identify(strand: Strand, pid: number | undefined, cpu: number | undefined): Strand {
    strand.pid ??= pid
    strand.cpu ??= cpu
    return strand
  }
}

/** True when no other report begins before its stack ends, and each has a stack of its own. */
const isApart = (strand: Strand, strands: readonly Strand[]): boolean =>
  strands.every(
    (other) => other === strand || (other.names.length > 0 && (other.from > strand.to || other.to < strand.from)),
  )

const isOfFamily = reporters.map(([family, names]) => ({ family, holds: namesIn(names) }))

/** The family whose reports this function prints; empty for others. */
const reporterOf = remembered((name) => isOfFamily.find(({ holds }) => holds(name))?.family ?? '')

/** True where a frame that prints the reports of one of the two is in the stack of the other. */
const isCrossed = (one: Strand, other: Strand): boolean => {
  if (one.family === other.family) return false
  const holds = (strand: Strand, family: string): boolean => strand.names.some((name) => reporterOf(name) === family)
  return holds(one, other.family) || holds(other, one.family)
}

/** Nothing in the lines of two reports of lockdep tells whose they are. */
const isDouble = (one: Strand, other: Strand): boolean => one.family === 'lockdep' && other.family === 'lockdep'

/** True when the frames that are left cannot be relied on. */
const isUncertain = (strand: Strand, strands: readonly Strand[]): boolean => {
  if (strand.names.length === 0) return false
  if (strand.isPartial || (strand.family === 'hung-task' && !SWITCHED.test(strand.names[0]!))) return true
  if (strands.some((other) => other !== strand && (isCrossed(strand, other) || isDouble(strand, other)))) return true
  const { named } = strand
  if (named !== undefined && strand.isGuess) return isHelper(named) || !strand.names.includes(named)
  if (named !== undefined && !isHelper(named)) return !strand.names.includes(named) && strand.ip !== named
  return (strand.isGuess || strand.pid === undefined) && !isApart(strand, strands)
}

const isFrame = (text: string): boolean =>
  parseFrame(text) !== undefined || parseIp(text) !== undefined || text.includes(', at: ')

const partOf = (strand: Strand, _: number, strands: readonly Strand[]): Part => {
  const uncertain = isUncertain(strand, strands)
  // A line of = may be the last one of another report.
  const start = Math.max(
    strand.entries.findIndex(({ record }) => !FRAME.test(record.text)),
    0,
  )
  const first = strand.entries[start]
  const records = strand.entries.map(({ record }) => record)
  const mixed = uncertain || strand.isPartial || strand.names.length === 0
  return {
    matches: strand.matches,
    records: mixed ? records.filter(({ text }) => !isFrame(text)) : records,
    raws: strand.entries.slice(start).flatMap(({ record }) => record.raw ?? []),
    line: first?.record.line ?? 0,
    timeS: first?.record.timeS,
    mixed: mixed ? 'yes' : 'no',
    isGuess: strand.isGuess,
  }
}

const strandsOf = (entries: readonly Entry[]): readonly Strand[] => {
  const untangler = new Untangler()
  for (const [index, entry] of entries.entries()) untangler.line(entry, entries[index + 1])
  if (untangler.isOfTwoKernels) for (const strand of untangler.strands) strand.isPartial = true
  return untangler.strands
}

/**
 * Sorts the lines of reports that several CPUs printed at once. A line goes to the report whose task, CPU, function or
 * kind it names, and else to the report of the line before it. A frame goes to the only report that can have one at this
 * place: whose heading has come, and whose outer end has not. Frames that may be of more than one are left out.
 */
export const untangle = (entries: readonly Entry[]): readonly Part[] => strandsOf(entries).map(partOf)

/** How many reports these lines are of. */
export const countTangled = (entries: readonly Entry[]): number => strandsOf(entries).length
