// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import type { LogRecord } from '../lines/record.ts'
import { parseTask, parseWhere } from '../parse/facts.ts'
import { parseFrame, parseIp } from '../parse/frame.ts'
import { isHelper } from '../parse/machinery.ts'
import { plainName } from '../parse/title.ts'
import type { Draft } from './build.ts'
import { FOLLOW_ON, fits } from './fits.ts'
import { leadOf, nameInHeader } from './lead.ts'
import { CLOSED, isOutermost, STACK } from './stack-watch.ts'

/** A line of a report; `found` is set on header lines. */
export interface Entry {
  readonly record: LogRecord
  readonly found: HeadMatch | undefined
}

/** What one of the mixed reports has of a draft. */
export type Part = Pick<Draft, 'matches' | 'texts' | 'raws' | 'line' | 'timeS' | 'mixed'>

const CUT_HERE = /-{4}\[ cut here \]-{4}/

/** Lines that only reports of these families have. */
const KINDRED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:Read|Write|Free) (?:of|by) |^The buggy address|^Memory state around|^(?:Allocated|Freed) by task/, ['kasan']],
  [/^(?:[\w ]*is trying to (?:acquire|release)|but task is already holding|other info that might)/, ['lockdep']],
  [/^(?:stack backtrace:|\d+ locks? held by|the existing dependency chain)/, ['lockdep']],
  [/^(?:#PF: |PGD |Mem abort info|BUG: unable|CR2: )/, ['oops']],
  [/^(?:rcu: |\(detected by|\d+-[.!])/, ['rcu-stall']],
  [/^(?:task:\S|"echo 0 > |Not tainted|Tainted: )/, ['hung-task']],
]

/** Symbolising scripts print the header line once for each inlined function, the innermost first. */
export const isRepeated = (before: Entry | undefined, found: HeadMatch | undefined): boolean =>
  found !== undefined && before?.found?.head === found.head && before.record.text.endsWith('[inline]')

/** One of the mixed reports. */
class Strand {
  readonly matches: HeadMatch[]
  readonly entries: Entry[] = []
  pid: number | undefined
  cpu: number | undefined
  stack: 'none' | 'open' | 'closed' = 'none'
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

  take(entry: Entry): void {
    this.entries.push(entry)
  }
}

class Untangler {
  readonly strands: Strand[] = []
  #current: Strand | undefined
  #before: Entry | undefined
  #at = 0
  /** Lines before a header line that belong to it. */
  #ahead: Entry[] = []
  /** Frames of more than one report are mixed, until their stacks have ended. */
  #muddled = 0

  line(entry: Entry): void {
    if (entry.found?.head.layer === 'panic' && FOLLOW_ON.has(entry.found.kind)) this.#current?.take(entry)
    else if (isRepeated(this.#before, entry.found)) this.#again(entry)
    else if (entry.found !== undefined) this.#header(entry, entry.found)
    else if (CUT_HERE.test(entry.record.text)) this.#ahead.push(entry)
    else this.#body(entry)
    this.#before = entry
    this.#at += 1
  }

  #again(entry: Entry): void {
    if (entry.found === undefined || this.#current === undefined) return
    this.#current.matches[this.#current.matches.length - 1] = entry.found
    this.#current.take(entry)
  }

  #header(entry: Entry, found: HeadMatch): void {
    const same = this.strands.find((strand) => strand.stack === 'none' && fits(strand.matches, found))
    const strand = same ?? new Strand(found, this.#at)
    if (same === undefined) this.strands.push(strand)
    else same.matches.push(found)
    for (const ahead of this.#ahead) strand.take(ahead)
    this.#ahead = []
    this.#learn(strand, entry.record.text)
    strand.take(entry)
    this.#turnTo(strand)
  }

  #body(entry: Entry): void {
    const { text } = entry.record
    const owner = this.#ownerOf(text)
    if (owner !== undefined) this.#turnTo(owner)
    const current = this.#current
    if (current === undefined) return
    if (STACK.test(text)) this.#begin(current)
    if (this.#isDropped(text)) {
      this.#current?.entries.push({ ...entry, record: { ...entry.record, text: '' } })
      return
    }
    this.#current?.take(entry)
    const ip = parseIp(text)?.frame
    if (ip !== undefined && this.#current !== undefined) this.#current.ip ??= plainName(ip.function)
    if (CLOSED.test(text) && this.#current?.stack === 'open') this.#current.stack = 'closed'
  }

  // Another report prints inside an open stack: the frames that follow are of either.
  #turnTo(strand: Strand): void {
    const before = this.#current
    if (before === strand) return
    this.#current = strand
    if (before?.stack === 'open') this.#muddle([before, strand])
  }

  #muddle(strands: readonly Strand[]): void {
    for (const strand of strands) {
      if (!strand.isPartial) this.#muddled += 1
      strand.isPartial = true
    }
  }

  #begin(current: Strand): void {
    const waiting = this.strands.filter((strand) => strand.stack === 'none')
    if (current.stack === 'none') {
      current.stack = 'open'
      // Both registers and stacks follow the line with CPU and task, and name neither.
      const rivals = waiting.filter((strand) => strand !== current && (strand.isKnown || !current.isKnown))
      if (rivals.length > 0) for (const strand of [current, ...rivals]) strand.isGuess = true
      return
    }
    const next = waiting[0]
    if (next === undefined) return
    if (current.stack === 'open') this.#muddle([current, next])
    if (waiting.length > 1) for (const strand of waiting) strand.isGuess = true
    else next.isGuess = true
    next.stack = 'open'
    this.#current = next
  }

  #isDropped(text: string): boolean {
    const frame = parseFrame(text)
    if (frame === undefined) return false
    const name = plainName(frame.function)
    const current = this.#current
    const isEnd = !frame.unreliable && isOutermost(name)
    if (this.#muddled > 0) {
      if (isEnd) this.#muddled -= 1
      return true
    }
    if (current === undefined) return false
    current.to = this.#at
    if (!frame.unreliable) current.names.push(...frame.inlined.map((call) => plainName(call.function)), name)
    if (isEnd && current.stack === 'open') current.stack = 'closed'
    return false
  }

  #ownerOf(text: string): Strand | undefined {
    const who = parseWhere(text) ?? parseTask(text)
    if (who?.pid !== undefined || who?.cpu !== undefined) {
      const owner = this.#byIdentity(who.pid, who.cpu)
      if (owner !== undefined) owner.isKnown = true
      return owner
    }
    const ip = parseIp(text)?.frame
    if (ip !== undefined && this.#current?.stack !== 'open') {
      const named = this.strands.filter((strand) => strand.named === plainName(ip.function))
      if (named.length === 1) return named[0]
    }
    const kin = KINDRED.find(([re]) => re.test(text))?.[1]
    if (kin === undefined || kin.includes(this.#current?.family ?? '')) return undefined
    const kindred = this.strands.filter((strand) => kin.includes(strand.family))
    return kindred.length === 1 ? kindred[0] : undefined
  }

  #byIdentity(pid: number | undefined, cpu: number | undefined): Strand | undefined {
    const known = this.strands.find((strand) =>
      pid !== undefined && strand.pid !== undefined ? strand.pid === pid : cpu !== undefined && strand.cpu === cpu,
    )
    if (known !== undefined) return this.#identify(known, pid, cpu)
    const unknown = this.strands.filter((strand) => strand.pid === undefined && (strand.cpu ?? cpu) === cpu)
    const [first] = unknown
    if (first === undefined) return undefined
    if (unknown.length > 1) for (const strand of unknown) strand.isGuess = true
    return this.#identify(first, pid, cpu)
  }

  #identify(strand: Strand, pid: number | undefined, cpu: number | undefined): Strand {
    strand.pid ??= pid
    strand.cpu ??= cpu
    return strand
  }

  #learn(strand: Strand, text: string): void {
    const who = parseWhere(text) ?? parseTask(text)
    this.#identify(strand, who?.pid, who?.cpu)
  }
}

/** True when no other report begins before its stack ends, and each has a stack of its own. */
const isApart = (strand: Strand, strands: readonly Strand[]): boolean =>
  strands.every(
    (other) => other === strand || (other.names.length > 0 && (other.from > strand.to || other.to < strand.from)),
  )

/** True when the frames that are left cannot be relied on. */
const isUncertain = (strand: Strand, strands: readonly Strand[]): boolean => {
  if (strand.names.length === 0) return false
  if (strand.isPartial) return true
  const { named } = strand
  if (named !== undefined && strand.isGuess) return isHelper(named) || !strand.names.includes(named)
  if (named !== undefined && !isHelper(named)) return !strand.names.includes(named) && strand.ip !== named
  return (strand.isGuess || strand.pid === undefined) && !isApart(strand, strands)
}

const isFrame = (text: string): boolean =>
  parseFrame(text) !== undefined || parseIp(text) !== undefined || text.includes(', at: ')

const partOf = (strand: Strand, _: number, strands: readonly Strand[]): Part => {
  const uncertain = isUncertain(strand, strands)
  const [first] = strand.entries
  const texts = strand.entries.map(({ record }) => record.text)
  const mixed = uncertain || strand.isPartial || strand.names.length === 0
  return {
    matches: strand.matches,
    texts: mixed ? texts.filter((text) => !isFrame(text)) : texts,
    raws: strand.entries.flatMap(({ record }) => record.raw ?? []),
    line: first?.record.line ?? 0,
    timeS: first?.record.timeS,
    mixed: mixed ? 'yes' : 'no',
  }
}

const strandsOf = (entries: readonly Entry[]): readonly Strand[] => {
  const untangler = new Untangler()
  for (const entry of entries) untangler.line(entry)
  return untangler.strands
}

/**
 * Sorts the lines of reports that several CPUs printed at once. A line goes to the report whose task, CPU, function or
 * kind it names, and else to the report of the line before it. Frames that may be of another report are left out.
 */
export const untangle = (entries: readonly Entry[]): readonly Part[] => strandsOf(entries).map(partOf)

/** How many reports these lines are of. */
export const countTangled = (entries: readonly Entry[]): number => strandsOf(entries).length
