// SPDX-License-Identifier: MIT
import type { Frame } from '../model.ts'
import { parseAccess, parseTask, parseWhere } from './facts.ts'
import { type ParsedFrame, parseCrossing, parseFrame, parseIp, parseReturn } from './frame.ts'
import { isMachinery } from './machinery.ts'
import { type Body, makeBody, makeTrace, type Trace } from './report-body.ts'
import {
  END_NMI,
  EVIDENCE,
  INTERRUPT,
  OLD_END_IRQ,
  RACE,
  SECTIONS,
  type Section,
  STRANGER,
  STRANGER_LINE,
} from './sections.ts'

const bareFrame = (name: string): Frame => ({
  function: name,
  offset: null,
  size: null,
  module: null,
  location: null,
  unreliable: false,
  inlined: [],
})

const settle = ({ function: name, offset, size, module, location, unreliable, inlined }: ParsedFrame): Frame => ({
  function: name,
  offset,
  size,
  module,
  location,
  unreliable,
  inlined,
})

const isFrameLine = (text: string): boolean => parseFrame(text) !== undefined || parseIp(text) !== undefined

/** The name of a stack, in it. */
const MARK = /^<\/?[A-Z]+>/

class BodyReader {
  readonly body: Body = makeBody()
  #trace: Trace | undefined
  #section: Section = 'main'
  /** Inlined calls whose frame follows. */
  #inlined: ParsedFrame[] = []
  #ended = false
  #race = false
  /** Inside a report of something else: until its stack ends. */
  #stranger: 'head' | 'stack' | undefined
  /** The header line, until it has come: frames before it are of what the console printed last. */
  #awaited: string | undefined

  constructor(header: string | undefined) {
    this.#awaited = header
  }

  line(text: string): void {
    if (text === '' || this.#isForeign(text)) return
    if (this.#stackLine(text)) {
      this.body.evidence += 1
      return
    }
    this.#facts(text)
    if (/^---\[ end (?:trace|Kernel panic)/.test(text)) {
      this.#ended = true
      this.body.evidence += 1
    }
    this.#enter(text)
  }

  #isForeign(text: string): boolean {
    if (this.#awaited !== undefined) {
      if (text.startsWith(this.#awaited)) this.#awaited = undefined
      else return isFrameLine(text)
    }
    return this.#isStrangers(text)
  }

  #isStrangers(text: string): boolean {
    if (STRANGER.test(text)) {
      this.#stranger = 'head'
      return true
    }
    if (this.#stranger === undefined) return false
    if (isFrameLine(text)) {
      this.#stranger = 'stack'
      return true
    }
    const mayFollow = this.#stranger === 'head' ? STRANGER_LINE : MARK
    if (mayFollow.test(text)) return true
    this.#stranger = undefined
    return false
  }

  #stackLine(text: string): boolean {
    const crossing = parseCrossing(text)
    if (crossing !== undefined) return this.#cross(crossing.frame)
    const ip = parseIp(text)
    if (ip !== undefined) {
      this.body.damaged ||= ip.damaged && !ip.user && !this.#ended
      this.#instruction(ip.frame, ip.user)
      return true
    }
    const link = parseReturn(text)
    if (link !== undefined) {
      if (link.frame !== undefined && !this.#ended) this.#current().link.push(settle(link.frame))
      return true
    }
    if (/at: /.test(text) && this.#lockLine(text)) return true
    if (this.#trace !== undefined && END_NMI.test(text)) this.#trace.nmi = this.#trace.frames.length
    // A softirq that an interrupt interrupted is on the same stack: its end says nothing then.
    if (this.#trace !== undefined && OLD_END_IRQ.test(text)) this.#trace.interrupted ??= this.#trace.frames.length
    return this.#frameLine(text) || /^<<?\/?[A-Z#]+>>?$/.test(text)
  }

  // What follows is the code that was interrupted, or that faulted: its function is known for sure.
  #cross(frame: ParsedFrame | undefined): boolean {
    if (this.#ended || this.#trace === undefined || this.#section !== 'main') return true
    this.#trace.interrupted ??= this.#trace.frames.length
    if (frame !== undefined) this.#trace.frames.push({ ...this.#withInlined(frame), ip: true })
    return true
  }

  #frameLine(text: string): boolean {
    const frame = parseFrame(text)
    if (frame === undefined) return false
    if (frame.isInline) this.#inlined.push(frame)
    else this.#add(this.#withInlined(frame))
    return true
  }

  #withInlined(frame: ParsedFrame): Frame {
    if (this.#inlined.length === 0) return settle(frame)
    const inlined = this.#inlined.map((call) => ({ function: call.function, location: call.location }))
    this.#inlined = []
    return { ...settle(frame), inlined }
  }

  #add(frame: Frame): void {
    if (this.#section === 'alloc') this.body.alloc.push(frame)
    else if (this.#section === 'free') this.body.free.push(frame)
    else if (this.#section === 'acquire') this.body.at.push(frame)
    else if (this.#section === 'main') this.#addMain(frame)
  }

  #addMain(frame: Frame): void {
    if (this.#race) {
      this.body.races.at(-1)?.push(frame)
      return
    }
    const trace = this.#current()
    trace.frames.push(frame)
    // The innermost interrupt counts: an interrupt may have interrupted another one.
    const since = trace.frames.slice(trace.interrupted ?? trace.frames.length, -1)
    const inRow = since.every(({ function: name, ip }) => ip !== true && isMachinery(name))
    if (inRow && INTERRUPT.test(frame.function) && !frame.unreliable) trace.interrupted = trace.frames.length
  }

  // Registers inside a stack are those of the interrupted context; before a stack they show where the trap happened.
  #instruction(frame: ParsedFrame | undefined, user: boolean): void {
    if (this.#ended) return
    if (frame?.isInline === true) {
      this.#inlined.push(frame)
      return
    }
    // Inlined calls before a register without a function belong to no frame.
    const settled = frame === undefined ? undefined : { ...this.#withInlined(frame), ip: true as const }
    this.#inlined = []
    const trace = this.#current()
    if (!user && settled === undefined && trace.frames.length === 0) trace.nowhere = true
    if (user || settled === undefined) return
    const last = trace.ip.at(-1)
    if (trace.frames.length === 0 && last?.function === settled.function) trace.ip[trace.ip.length - 1] = settled
    else if (trace.frames.length === 0) trace.ip.push(settled)
    // powerpc prints the function of an interrupt twice.
    else if (trace.frames.at(-1)?.ip === true && trace.frames.at(-1)?.function === settled.function) return
    else if (trace.interrupted !== undefined) trace.frames.push(settled)
    else this.#open().ip.push(settled)
  }

  #lockLine(text: string): boolean {
    const match = /(?:^|, )at: (?:\[<[0-9a-f]+>\] )?([\s\S]+)/.exec(text)
    const frame = match === null ? undefined : parseFrame((match[1] ?? '').trim())
    if (frame === undefined) return false
    // Symbolising scripts print `at:` for each inlined call, and for the function itself last.
    if (frame.isInline) return true
    if (this.#section === 'acquire') this.body.at.push(settle(frame))
    else if (text.startsWith('#')) this.body.held.push(settle(frame))
    return true
  }

  #current(): Trace {
    return this.#trace ?? this.#open()
  }

  #open(): Trace {
    this.#trace = makeTrace()
    this.body.traces.push(this.#trace)
    return this.#trace
  }

  #enter(text: string): void {
    if (RACE.test(text)) {
      this.#race = true
      this.#section = 'main'
      this.body.races.push([])
      return
    }
    const found = SECTIONS.find(([re]) => re.test(text))
    if (found === undefined) return
    // The page's owner is printed after the object's; the object's stack is the closer one.
    const owned = text.startsWith('page') && this.body.alloc.length > 0
    this.#section = owned ? 'aside' : found[1]
    this.#race = false
    this.body.evidence += 1
    if (found[1] === 'main' && this.#trace !== undefined && this.#trace.frames.length > 0) this.#trace = undefined
  }

  #facts(text: string): void {
    const { body } = this
    const where = parseWhere(text)
    if (where !== undefined) {
      body.evidence += 1
      body.kernel ??= where.kernel
      body.cpu ??= where.cpu
      if (body.task === undefined) {
        body.task = where.task
        body.pid = where.pid ?? body.pid
      }
      return
    }
    const work = /^(?:last function: |preempt=.*\bworkfn=)([A-Za-z_][\w.]*)/.exec(text)
    if (work?.[1] !== undefined) body.at.push(bareFrame(work[1]))
    body.workqueue ??= /^Workqueue: (\S.*)$/.exec(text)?.[1]
    body.access ??= parseAccess(text)
    const task = parseTask(text)
    if (task !== undefined && body.task === undefined) {
      body.task = task.task
      body.pid ??= task.pid
      body.cpu ??= task.cpu
    }
    if (/printk messages dropped|messages suppressed due to/.test(text)) body.dropped = true
    if (EVIDENCE.test(text)) body.evidence += 1
  }
}

/** Reads the lines of a report once, in order; `header` is its first header line. */
export const readBody = (lines: readonly string[], header?: string): Body => {
  const reader = new BodyReader(header)
  for (const line of lines) reader.line(line)
  return reader.body
}
