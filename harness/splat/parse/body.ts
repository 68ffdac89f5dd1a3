// SPDX-License-Identifier: MIT
import type { Frame } from '../model.ts'
import { parseAccess, parseTask, parseWhere } from './facts.ts'
import { type ParsedFrame, parseFrame, parseIp, parseReturn } from './frame.ts'
import { isMachinery } from './machinery.ts'
import { type Body, makeTrace, type Trace } from './report-body.ts'
import { END_NMI, EVIDENCE, INTERRUPT, OLD_END_IRQ, RACE, SECTIONS, type Section } from './sections.ts'

/** Reads the lines of a report once, in order. */
export const readBody = (lines: readonly string[]): Body => {
  const reader = new BodyReader()
  for (const line of lines) reader.line(line)
  return reader.finish()
}

class BodyReader {
  private readonly body: Body = {
    traces: [],
    alloc: [],
    free: [],
    at: [],
    held: [],
    races: [],
    access: null,
    task: null,
    pid: null,
    cpu: null,
    kernel: null,
    workqueue: null,
    dropped: false,
    evidence: 0,
  }
  private trace: Trace | null = null
  private section: Section = 'main'
  private pending: ParsedFrame[] = []
  private ended = false
  private race = false

  line(text: string): void {
    if (text === '') return
    if (this.stackLine(text)) {
      this.body.evidence += 1
      return
    }
    this.facts(text)
    if (/^---\[ end (?:trace|Kernel panic)/.test(text)) {
      this.ended = true
      this.body.evidence += 1
    }
    this.enter(text)
  }

  finish(): Body {
    return this.body
  }

  private stackLine(text: string): boolean {
    const ip = parseIp(text)
    if (ip !== null) {
      this.instruction(ip.frame, ip.user)
      return true
    }
    const link = parseReturn(text)
    if (link !== null) {
      if (link.frame !== null && !this.ended) this.current().link.push(settle(link.frame))
      return true
    }
    if (/at: /.test(text) && this.lockLine(text)) return true
    if (this.trace !== null && END_NMI.test(text)) this.trace.nmi = this.trace.frames.length
    if (this.trace !== null && OLD_END_IRQ.test(text)) this.trace.interrupted = this.trace.frames.length
    return this.frameLine(text) || /^<<?\/?[A-Z#]+>>?$/.test(text)
  }

  private frameLine(text: string): boolean {
    const frame = parseFrame(text)
    if (frame === null) return false
    if (frame.isInline) {
      this.pending.push(frame)
      return true
    }
    const inlined = this.pending.map((call) => ({ function: call.function, location: call.location }))
    this.pending = []
    this.add({ ...settle(frame), inlined })
    return true
  }

  private add(frame: Frame): void {
    if (this.section === 'alloc') this.body.alloc.push(frame)
    else if (this.section === 'free') this.body.free.push(frame)
    else if (this.section === 'acquire') this.body.at.push(frame)
    else if (this.section === 'main') this.addMain(frame)
  }

  private addMain(frame: Frame): void {
    if (this.race) {
      this.body.races.at(-1)?.push(frame)
      return
    }
    const trace = this.current()
    trace.frames.push(frame)
    // The innermost interrupt counts: what it struck may have been an interrupt itself.
    const since = trace.frames.slice(trace.interrupted ?? trace.frames.length, -1)
    const inRow = since.every(({ function: name, ip }) => ip !== true && isMachinery(name))
    if (inRow && INTERRUPT.test(frame.function) && !frame.unreliable) trace.interrupted = trace.frames.length
  }

  // A register dump inside a stack is the interrupted context; before a stack it is where the trap struck.
  private instruction(frame: ParsedFrame | null, user: boolean): void {
    if (this.ended) return
    if (frame?.isInline === true) {
      this.pending.push(frame)
      return
    }
    const inlined = this.pending.map((call) => ({ function: call.function, location: call.location }))
    this.pending = []
    const settled = frame === null ? null : { ...settle(frame), inlined, ip: true as const }
    const trace = this.current()
    if (!user && settled === null && trace.frames.length === 0) trace.nowhere = true
    if (user || settled === null) return
    const last = trace.ip.at(-1)
    if (trace.frames.length === 0 && last?.function === settled.function) trace.ip[trace.ip.length - 1] = settled
    else if (trace.frames.length === 0) trace.ip.push(settled)
    else if (trace.interrupted !== null) trace.frames.push(settled)
    else this.open().ip.push(settled)
  }

  private lockLine(text: string): boolean {
    const match = /(?:^|, )at: (?:\[<[0-9a-f]+>\] )?(.+)$/.exec(text)
    const frame = match === null ? null : parseFrame((match[1] ?? '').trim())
    if (frame === null) return false
    // Kernels told by a symbolising script show `at:` once for each inlined call, and last for the function itself.
    if (frame.isInline) return true
    if (this.section === 'acquire') this.body.at.push(settle(frame))
    else if (text.startsWith('#')) this.body.held.push(settle(frame))
    return true
  }

  private current(): Trace {
    return this.trace ?? this.open()
  }

  private open(): Trace {
    this.trace = makeTrace()
    this.body.traces.push(this.trace)
    return this.trace
  }

  private enter(text: string): void {
    if (RACE.test(text)) {
      this.race = true
      this.section = 'main'
      this.body.races.push([])
      return
    }
    const found = SECTIONS.find(([re]) => re.test(text))
    if (found === undefined) return
    // The page's owner is told after the object's: the object's stack is the nearer one.
    const owned = text.startsWith('page') && this.body.alloc.length > 0
    this.section = owned ? 'aside' : found[1]
    this.race = false
    this.body.evidence += 1
    if (found[1] === 'main' && this.trace !== null && this.trace.frames.length > 0) this.trace = null
  }

  private facts(text: string): void {
    const { body } = this
    const where = parseWhere(text)
    if (where !== null) {
      body.evidence += 1
      body.kernel ??= where.kernel
      body.cpu ??= where.cpu
      if (body.task === null) {
        body.task = where.task
        body.pid = where.pid ?? body.pid
      }
      return
    }
    const work = /^(?:last function: |preempt=.*\bworkfn=)([A-Za-z_][\w.]*)/.exec(text)
    if (work?.[1] !== undefined) body.at.push(bareFrame(work[1]))
    body.workqueue ??= /^Workqueue: (\S.*)$/.exec(text)?.[1] ?? null
    body.access ??= parseAccess(text)
    const task = parseTask(text)
    if (task !== null && body.task === null) {
      body.task = task.task
      body.pid ??= task.pid
      body.cpu ??= task.cpu
    }
    if (/printk messages dropped|messages suppressed due to/.test(text)) body.dropped = true
    if (EVIDENCE.test(text)) body.evidence += 1
  }
}

const bareFrame = (name: string): Frame => ({
  function: name,
  offset: null,
  size: null,
  module: null,
  location: null,
  unreliable: false,
  inlined: [],
})

const settle = (frame: ParsedFrame): Frame => {
  const { isInline: _, ...rest } = frame
  return rest
}
