// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import type { LogRecord } from '../lines/record.ts'
import { parseFrame, parseIp } from '../parse/frame.ts'
import type { Draft } from './build.ts'

const MAX_LINES = 1500
const MAX_BYTES = 512 * 1024
const PATIENCE = 25
// After `---[ end trace` only the repeated registers and the panic follow.
const PATIENCE_ENDED = 12

const OWN =
  /^(?:Call [Tt]race|Modules linked in|Hardware name|CPU: \d|Workqueue:|Code: |Read |Write |Free |R[A-Z0-9]{2}:|EFLAGS|ORIG_RAX|CR2:|DR\d:|FS: |PKRU|x\d|sp :|pc :|lr :|pstate|<\/?(?:TASK|IRQ|NMI|SOFTIRQ|EOI)|Stack:|Memory state|page:|raw:|flags:|head:|Mem abort|Data abort|ESR|EC = |SET = |EA, |FSC|ISV|CM = |GCS|\[[0-9a-f]{16}\]|swapper pgtable|user pgtable|which |but |other info|Possible unsafe|CPU\d|---|====|\*\*\* DEADLOCK|lock\(|<Interrupt>|-> #|#\d+: |\d+ locks? held|no locks held|stack backtrace|hex dump|backtrace|comm "|Object |Redzone|Padding|Bytes|INFO: |rcu: |Sending NMI|NMI backtrace|Showing|task:|Allocated|Freed|Last |The buggy|ffff|>ffff|workqueue |pool |pending:|in-flight:|Tainted:|Fixing|FIX |Slab |Registers|softirqs last|hardirqs last|irq event stamp|Node \d|Mem-Info|active_anon|lowmem_reserve|Tasks state|\[ *\d+\] +\d+ )/

const isStack = (text: string): boolean => parseFrame(text) !== undefined || parseIp(text) !== undefined

const isOwn = (text: string): boolean => OWN.test(text) || isStack(text)

/** A report that is still being read. */
export class OpenReport {
  readonly matches: HeadMatch[] = []
  readonly caller: string | undefined
  hasStack = false
  ended = false
  mixed = false
  lastLine: number
  readonly #texts: string[] = []
  readonly #raws: string[] = []
  readonly #first: LogRecord
  #bytes = 0
  #quiet = 0
  #useful = 0
  #usefulRaws = 0
  #dumped = false

  constructor(record: LogRecord, found: HeadMatch | undefined) {
    this.#first = record
    this.caller = record.caller
    this.lastLine = record.line
    this.add(record, found)
  }

  /** Takes a line; `found` is set when it is a header line that belongs to this report. */
  add(record: LogRecord, found: HeadMatch | undefined): void {
    if (found !== undefined) this.matches.push(found)
    const own = found !== undefined || isOwn(record.text)
    this.lastLine = record.line
    this.#quiet = own ? 0 : this.#quiet + 1
    // `IP: …` stands between the first line and the Oops number.
    this.hasStack ||= !record.text.startsWith('IP: ') && isStack(record.text)
    if (record.text.startsWith('---[ end trace')) this.ended = true
    if (/^(?:CPU: \d|Call [Tt]race)/.test(record.text)) this.#dumped = true
    if (this.#texts.length < MAX_LINES && this.#bytes < MAX_BYTES) {
      this.#bytes += record.text.length
      this.#texts.push(record.text)
      if (record.raw !== undefined) this.#raws.push(record.raw)
    }
    if (!own) return
    this.#useful = this.#texts.length
    this.#usefulRaws = this.#raws.length
  }

  /** True when no more of its lines are expected. */
  get over(): boolean {
    const family = this.matches[0]?.family
    return this.#quiet > (this.ended ? PATIENCE_ENDED : (family?.patience ?? PATIENCE))
  }

  /** True for a slab report whose own stack has not come yet: since 6.14 a WARNING carries it. */
  get awaitsDump(): boolean {
    return !this.#dumped && this.matches[0]?.family.name === 'slab'
  }

  draft(kernel: string | undefined, atEnd: boolean): Draft {
    return {
      matches: this.matches,
      texts: this.#texts.slice(0, this.#useful),
      raws: this.#raws.slice(0, this.#usefulRaws),
      line: this.#first.line,
      timeS: this.#first.timeS,
      kernel,
      atEnd: atEnd && !this.ended,
      mixed: this.mixed,
      fromKernel: this.#first.origin === 'kernel',
    }
  }
}
