// SPDX-License-Identifier: MIT

import { question, type Text } from '../lines/shape.ts'
import type { Frame } from '../model.ts'
import { leading } from '../patterns.ts'
import { accessIn, taskIn, type Where, whereIn } from './facts.ts'
import { frameIn, ipIn, isPlainFrame, type ParsedFrame, parseCrossing, parseFrame, returnIn } from './frame.ts'
import { isAtEnd } from './frames.ts'
import { isMachinery } from './machinery.ts'
import { isNumbered } from './pointer.ts'
import { type Body, makeBody, makeTrace, type Trace } from './report-body.ts'
import {
  endsNmi,
  endsOldIrq,
  entersInterrupt,
  isEvidence,
  isRace,
  isReportLine,
  isStranger,
  isStrangerLine,
  type Section,
  sectionBelow,
} from './sections.ts'
import { plainName } from './title.ts'

const bareFrame = (name: string): Frame => ({
  function: name,
  offset: null,
  size: null,
  module: null,
  location: null,
  unreliable: false,
  inlined: [],
})

/** A frame of its own for a report: what is parsed of a line may be that of many reports. */
const settle = (frame: ParsedFrame, inlined: Frame['inlined'] = []): Frame => {
  const { function: name, offset, size, module, location, unreliable } = frame
  return { function: name, offset, size, module, location, unreliable, inlined }
}

/** The frame of an instruction pointer. */
const pointed = ({ function: name, offset, size, module, location, unreliable, inlined }: Frame): Frame => ({
  function: name,
  offset,
  size,
  module,
  location,
  unreliable,
  inlined,
  ip: true,
})

const isFrameLine = (line: Text): boolean => frameIn(line) !== undefined || ipIn(line) !== undefined

// 32-bit ARM prints the place in the caller with the callee.
const CALLED_AT_START = / from (?:\[<[0-9a-f]{8}>\] )?\(?([A-Za-z_][\w$.]*)\+0x0\//

const calledAtStart = (text: string): string | undefined => {
  const name = text.includes('+0x0/') ? CALLED_AT_START.exec(text)?.[1] : undefined
  return name && plainName(name)
}

// Nothing called it: a frame below it is of another stack, whose heading is lost.
const beginsThread = (frame: Frame | undefined): boolean =>
  frame !== undefined && !frame.unreliable && frame.function.startsWith('ret_from_fork')

// A stack that KASAN saved begins with it. What it called itself, or interrupted it, may be on a stack of the report.
const SAVES = /^(?:kasan_(?:save_stack|save_track|set_track)|save_stack|set_track|(?:__)?kasan_(?:kmalloc|slab_alloc))$/
const OF_SAVES = /stack|kasan|unwind|irq|interrupt|sysvec|idtentry|el1|fault|exc_|nmi|retint/

const beginsSaved = (frame: Frame, above: Frame | undefined): boolean =>
  above !== undefined && SAVES.test(frame.function) && !OF_SAVES.test(above.function)

/** Their own stack follows the header line at once. */
const UNHEADED = /^BUG: K(?:MSAN|FENCE|CSAN): /

const WARNED = /^WARNING: CPU: \d+ PID: (\d+) at /
const isWarned = question(leading(WARNED))

const WORK = /^(?:last function: |preempt=.*\bworkfn=)([A-Za-z_][\w.]*)/
const isWork = question(leading(WORK))

const isDropped = question(
  (text) => text.includes('printk messages dropped') || text.includes('messages suppressed due to'),
)
const isEnd = question(leading(/^---\[ end (?:trace [0-9a-f\]]|Kernel panic)/))
/** Where interrupts were switched last: the lines name the place themselves. */
const isSwitch = question(leading(/^(?:hard|soft)irqs last +(?:en|dis)abled at/))
const isStackName = question(leading(/^<<?\/?[A-Z#]+>>?$/))

/** Other CPUs stop, or say what they do. */
const isOfOthers = question(leading(/^(?:CPU\d{1,4}: stopping$|Sending NMI |NMI backtrace for cpu \d)/))
/** The end of a task's stack, or registers of a program, whose pointer may be lost. */
const isEndOfTask = question(leading(/^(?:<\/TASK>$|RSP: 00(?:2b|33):)/))

/** The name of a stack, in it. */
const isMark = question(leading(/^<\/?[A-Z]+>/))

class BodyReader {
  readonly body: Body = makeBody()
  /** The stacks before the panic, if there is one. */
  untilPanic: number | undefined
  #trace: Trace | undefined
  #section: Section = 'main'
  /** Inlined calls whose frame follows. */
  #inlined: ParsedFrame[] = []
  #ended = false
  #race = false
  /** A line came after which a stack of the report follows. */
  #headed: boolean
  /** A blank line is below each of its stacks. */
  readonly #blanksEnd: boolean
  /** No heading came since the registers. */
  #sinceRegisters = false
  /** The list of modules was the last heading. */
  #modules = false
  /** So were lines below which no stack follows without one. */
  #switches = false
  /** A line said that frames follow. */
  #announced = false
  /** The tasks of other CPUs follow. */
  #others = false
  /** No line said yet whose frames follow. */
  #fresh = true
  /** The lock that is taken, when only the function inlined into the one that takes it was named. */
  #lock: string | undefined
  /** The caller that the last frame named, at its start: the frame of it comes next. */
  #atStart: string | undefined
  /** The line before said that a place follows: where a lock is taken may be on a line of its own. */
  #place = false
  #placeNext = false
  /** Inside a report of something else: until its stack ends. */
  #stranger: 'head' | 'stack' | undefined
  /** The header line, until it has come: frames before it are of what the console printed last. */
  #awaited: string | undefined

  constructor(header: string | undefined) {
    this.#blanksEnd = header !== undefined && UNHEADED.test(header)
    this.#headed = this.#blanksEnd
    this.#awaited = header
  }

  line(line: Text): void {
    const { text, shape } = line
    this.#place = this.#placeNext || (this.#place && this.#inlined.length > 0)
    this.#placeNext = text.endsWith(' at:')
    if (text === '' && this.#blanksEnd) this.#leave()
    if (text === '' || this.#isForeign(line)) return
    if (isPlainFrame(shape) ? this.#frameLine(line) : this.#stackLine(line)) {
      this.body.evidence += 1
      return
    }
    if (text.startsWith('Kernel panic')) this.untilPanic ??= this.body.traces.length
    this.#facts(line)
    if (isEnd(shape)) {
      this.#ended = true
      this.body.evidence += 1
    }
    this.#enter(line)
  }

  #isForeign(line: Text): boolean {
    if (this.#awaited !== undefined) {
      if (line.text.startsWith(this.#awaited)) this.#awaited = undefined
      else return isFrameLine(line)
    }
    return this.#isStrangers(line)
  }

  #isStrangers(line: Text): boolean {
    const { shape } = line
    if (!isPlainFrame(shape) && isStranger(shape)) {
      this.#stranger = 'head'
      return true
    }
    if (this.#stranger === undefined) return false
    if (isFrameLine(line)) {
      this.#stranger = 'stack'
      return true
    }
    const mayFollow = this.#stranger === 'head' ? isStrangerLine : isMark
    if (mayFollow(shape)) return true
    // What other CPUs print does not end it.
    if (this.#stranger === 'head' && !isReportLine(shape)) return false
    this.#stranger = undefined
    return false
  }

  #stackLine(line: Text): boolean {
    const { text, shape } = line
    const crossing = parseCrossing(text)
    if (crossing !== undefined) return this.#cross(crossing.frame)
    const ip = ipIn(line)
    if (ip !== undefined) {
      this.body.damaged ||= ip.damaged && !ip.user && !this.#ended
      this.#instruction(ip.frame, ip.user)
      return true
    }
    const link = returnIn(line)
    if (link !== undefined) {
      if (link.frame !== undefined && !this.#ended) this.#current().link.push(settle(link.frame))
      return true
    }
    if (text.includes('at: ') && this.#lockLine(text)) return true
    if (this.#trace !== undefined && endsNmi(shape)) this.#trace.nmi = this.#trace.frames.length
    // A softirq that an interrupt interrupted is on the same stack: its end says nothing then.
    if (this.#trace !== undefined && endsOldIrq(shape)) this.#trace.interrupted ??= this.#trace.frames.length
    if (isEndOfTask(shape)) this.#leave()
    return this.#frameLine(line) || isStackName(shape)
  }

  // Nothing of a stack comes after the frames of its task.
  #leave(): void {
    if (this.#trace !== undefined && this.#trace.frames.length > 0) this.#trace = undefined
  }

  // What follows is the code that was interrupted, or that faulted: its function is known for sure.
  #cross(frame: ParsedFrame | undefined): boolean {
    if (this.#ended || this.#trace === undefined || this.#section !== 'main') return true
    this.#trace.interrupted ??= this.#trace.frames.length
    if (frame !== undefined) this.#trace.frames.push(pointed(this.#withInlined(frame)))
    return true
  }

  #frameLine(line: Text): boolean {
    const frame = frameIn(line)
    if (frame === undefined) return false
    // Up to 6.3 a stack of 32-bit ARM has no heading.
    if (line.text.startsWith('Call ') || line.text.includes(' from ')) this.#headed = true
    const atStart = this.#atStart
    this.#atStart = frame.offset === null ? calledAtStart(line.text) : undefined
    if (frame.isInline) this.#inlined.push(frame)
    else this.#add(this.#withInlined(plainName(frame.function) === atStart ? { ...frame, offset: 0 } : frame))
    return true
  }

  #withInlined(frame: ParsedFrame): Frame {
    if (this.#inlined.length === 0) return settle(frame)
    const inlined = this.#inlined.map((call) => ({ function: call.function, location: call.location }))
    this.#inlined = []
    return settle(frame, inlined)
  }

  #add(frame: Frame): void {
    if (this.#section === 'alloc') this.body.alloc.push(frame)
    else if (this.#section === 'free') this.body.free.push(frame)
    else if (this.#section === 'acquire' && this.#place) this.body.at.push(frame)
    else if (this.#section === 'main') this.#addMain(frame)
    // Registers are above the stack of the report: the line between is lost.
    else if (this.#switches || (this.#sinceRegisters && this.#trace !== undefined && this.#trace.ip.length > 0))
      this.body.orphans = true
  }

  #addMain(frame: Frame): void {
    if (this.#race) {
      this.body.races.at(-1)?.push(frame)
      return
    }
    const above = this.#trace?.frames.at(-1)
    const isBelowThread = beginsThread(above) && !beginsThread(frame) && !isAtEnd(frame)
    // What a function has on the stack may look like frames.
    const sure = this.#trace?.frames.findLast(({ unreliable }) => !unreliable)
    if (!frame.unreliable && (isBelowThread || beginsSaved(frame, sure))) this.#leave()
    const trace = this.#current()
    trace.frames.push(frame)
    if (frame.unreliable || !entersInterrupt(frame.function)) return
    // The innermost interrupt counts: an interrupt may have interrupted another one.
    const since = trace.frames.slice(trace.interrupted ?? trace.frames.length, -1)
    const inRow = since.every(({ function: name, ip }) => ip !== true && isMachinery(plainName(name)))
    if (inRow) trace.interrupted = trace.frames.length
  }

  // Registers inside a stack are those of the interrupted context; before a stack they show where the trap happened.
  #instruction(frame: ParsedFrame | undefined, user: boolean): void {
    if (this.#ended) return
    if (frame?.isInline === true) {
      this.#inlined.push(frame)
      return
    }
    // Inlined calls before a register without a function belong to no frame.
    const settled = frame === undefined ? undefined : pointed(this.#withInlined(frame))
    this.#inlined = []
    this.#leaveModules()
    if (user) {
      this.#program()
      return
    }
    const trace = this.#current(true)
    if (settled === undefined && trace.frames.length === 0) trace.nowhere = true
    if (settled === undefined) return
    this.#sinceRegisters = true
    const last = trace.ip.at(-1)
    if (trace.frames.length === 0 && last?.function === settled.function) trace.ip[trace.ip.length - 1] = settled
    else if (trace.frames.length === 0) trace.ip.push(settled)
    // powerpc prints the function of an interrupt twice.
    else if (trace.frames.at(-1)?.ip === true && trace.frames.at(-1)?.function === settled.function) return
    else if (trace.interrupted !== undefined) trace.frames.push(settled)
    else {
      trace.interrupted = trace.frames.length
      this.#open(true).ip.push(settled)
    }
  }

  // The registers of a program are at the end of a stack.
  #program(): void {
    const frames = this.#trace?.frames.length ?? 0
    const isAlone = frames === 0 && !this.#announced
    this.body.inProgram ||= isAlone || (frames > 0 && this.#trace?.interrupted === frames)
    this.#leave()
  }

  // Registers are below the list of modules; where the line between is lost, they still are the report's.
  #leaveModules(): void {
    if (this.#section === 'aside' && this.#modules) this.#section = 'main'
  }

  #lockLine(text: string): boolean {
    const match = /(?:^|, )at: (?:\[<(?:[0-9a-f]+|\(____ptrval____\))>\] )?([\s\S]+)/.exec(text)
    const frame = match === null ? undefined : parseFrame((match[1] ?? '').trim())
    if (frame === undefined) return false
    // Symbolising scripts print `at:` for each inlined call, and for the function itself last.
    const lock = text.slice(0, match?.index)
    if (frame.isInline) {
      if (this.#section === 'acquire') this.#lock ??= lock
      return true
    }
    // The first one is the lock that is taken, also where the line that says so is lost; the next ones are held.
    if (this.#section === 'acquire' || (this.#fresh && !text.startsWith('#'))) this.#acquire(frame, lock)
    else if (text.startsWith('#')) this.body.held.push(settle(frame))
    return true
  }

  #acquire(frame: ParsedFrame, lock: string): void {
    if (this.body.at.length === 0 && (this.#lock ?? lock) === lock) this.body.at.push(settle(frame))
  }

  #current(headed = false): Trace {
    return this.#trace ?? this.#open(headed)
  }

  #open(headed = false): Trace {
    this.#trace = makeTrace()
    this.#trace.headed = this.#headed || headed
    this.#headed = false
    this.body.traces.push(this.#trace)
    return this.#trace
  }

  #enter({ text, shape }: Text): void {
    if (isRace(shape)) {
      this.#race = true
      this.#section = 'main'
      this.body.races.push([])
      return
    }
    const found = sectionBelow(shape)
    if (found === undefined) return
    this.#sinceRegisters = false
    // The page's owner is printed after the object's; the object's stack is the closer one.
    this.#fresh = false
    const owned = text.startsWith('page') && this.body.alloc.length > 0
    this.#modules = text.startsWith('Modules linked in')
    this.#switches = isSwitch(shape)
    this.#section = owned ? 'aside' : found
    this.#race = false
    this.body.evidence += 1
    if (found !== 'main') return
    this.#announced ||= text.startsWith('Call ')
    if (this.#trace !== undefined && this.#trace.frames.length > 0) this.#trace = undefined
    if (this.#trace === undefined) this.#headed = true
    else this.#trace.headed = true
  }

  #where(where: Where): void {
    const { body } = this
    body.evidence += 1
    body.kernel ??= where.kernel
    if (where.pid !== undefined && !this.#others) body.pids.push(where.pid)
    body.cpu ??= where.cpu
    if (body.task !== undefined) return
    body.task = where.task
    body.pid = where.pid ?? body.pid
  }

  #askOthers(): void {
    this.body.othersFirst ||= this.body.traces.length === 0
    this.#others = true
  }

  // Before the number of an Oops some architectures ask other CPUs what they do.
  #ownAgain(): void {
    if (!this.#others) return
    this.#others = false
    this.body.othersFirst = false
    this.#trace = undefined
    this.body.traces = []
  }

  #facts(line: Text): void {
    const { text, shape } = line
    const { body } = this
    const where = whereIn(line)
    if (isOfOthers(shape)) this.#askOthers()
    else if (isNumbered(shape)) this.#ownAgain()
    if (where !== undefined) {
      this.#where(where)
      return
    }
    if (isWork(shape)) body.at.push(bareFrame(WORK.exec(text)?.[1] ?? ''))
    if (text.startsWith('Workqueue: ')) body.workqueue ??= /^Workqueue: (\S.*)$/.exec(text)?.[1]
    body.access ??= accessIn(line)
    if (isWarned(shape)) body.pids.push(Number(WARNED.exec(text)?.[1]))
    const task = taskIn(line)
    if (task !== undefined && body.task === undefined) {
      body.task = task.task
      body.pid ??= task.pid
      body.cpu ??= task.cpu
    }
    if (isDropped(shape)) body.dropped = true
    if (isEvidence(shape)) body.evidence += 1
  }
}

// Where one stack has a heading, each has: frames without one are of a stack whose heading is lost.
const dropOrphans = (body: Body, untilPanic = body.traces.length): Body => {
  const isSound = ({ headed, frames }: Trace): boolean => headed && frames.length > 0
  const isOrphan = ({ headed, ip, frames }: Trace): boolean => !headed && ip.length === 0 && frames.length > 0
  const orphans = body.traces.filter(isOrphan)
  if (orphans.length > 1) body.orphans = true
  if (!body.traces.slice(0, untilPanic).some(isSound) || orphans.length === 0) return body
  body.traces = body.traces.filter((trace) => !isOrphan(trace))
  body.orphans = true
  return body
}

/** Reads the lines of a report once, in order; `header` is its first header line. */
export const readBody = (lines: readonly Text[], header?: string): Body => {
  const reader = new BodyReader(header)
  for (const line of lines) reader.line(line)
  return dropOrphans(reader.body, reader.untilPanic)
}
