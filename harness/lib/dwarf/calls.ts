// SPDX-License-Identifier: MIT
import { type DebugEntry, type DebugUnit, readHeads, readWhole } from './entries.ts'
import type { DebugSections } from './forms.ts'
import { type LineTable, lineAt, readLines } from './lines.ts'
import { isIn, type Range, rangesOf } from './ranges.ts'

/** One function at an address: the function itself, or a call inlined into it. */
export interface Call {
  readonly function: string
  /** Absolute, as in the debug information; undefined when unknown. */
  readonly file: string | undefined
  readonly line: number
}

const TAG_INLINED = 0x1d
const TAG_FUNCTION = 0x2e
const AT_NAME = 0x03
const AT_LINES = 0x10
const AT_HOME = 0x1b
const AT_ORIGIN = 0x31
const AT_SPECIFICATION = 0x47
const AT_CALL_FILE = 0x58
const AT_CALL_LINE = 0x59

const numberAt = ({ attributes }: DebugEntry, name: number): number | undefined => {
  const value = attributes.get(name)
  return typeof value === 'number' ? value : undefined
}

/** A unit that was read whole. */
interface Whole {
  readonly unit: DebugUnit
  readonly root: DebugEntry
  readonly entries: ReadonlyMap<number, DebugEntry>
  readonly lines: LineTable | undefined
}

const index = (entry: DebugEntry, into: Map<number, DebugEntry>): Map<number, DebugEntry> => {
  into.set(entry.at, entry)
  for (const child of entry.children) index(child, into)
  return into
}

const UNKNOWN = '??'
// A name may be given where another entry is declared, and that one's where it was first declared.
const MOST_ORIGINS = 8

/** Reads the functions and lines of a program; each unit is read once, when one of its addresses is asked for. */
class CallReader {
  readonly #sections: DebugSections
  readonly #units: readonly DebugUnit[]
  /** Where the code of each unit is. */
  readonly #ranges: ReadonlyMap<DebugUnit, readonly Range[]>
  readonly #whole = new Map<DebugUnit, Whole>()

  constructor(sections: DebugSections) {
    this.#sections = sections
    this.#units = readHeads(sections)
    this.#ranges = new Map(this.#units.map((unit) => [unit, this.#rangesOf(unit.root, unit) ?? []]))
  }

  callsAt(address: bigint): readonly Call[] {
    const unit = this.#units.find((one) => isIn(this.#ranges.get(one)!, address))
    if (unit === undefined) return [{ function: UNKNOWN, file: undefined, line: 0 }]
    const whole = this.#read(unit)
    const chain = this.#chainAt(whole.root, unit, address)
    let place = whole.lines && lineAt(whole.lines, address)
    const calls: Call[] = []
    for (const entry of chain.toReversed()) {
      calls.push(this.#call(this.#nameOf(entry), place))
      const file = whole.lines?.files.get(numberAt(entry, AT_CALL_FILE) ?? -1)
      place = { file, line: numberAt(entry, AT_CALL_LINE) ?? 0 }
    }
    return calls.length === 0 ? [this.#call(UNKNOWN, place)] : calls
  }

  #call(name: string, place: { file: string | undefined; line: number } | undefined): Call {
    const isKnown = place?.file !== undefined && place.line > 0
    return { function: name, file: isKnown ? place.file : undefined, line: isKnown ? place.line : 0 }
  }

  #rangesOf(entry: DebugEntry, unit: DebugUnit) {
    return rangesOf(entry, unit, this.#sections)
  }

  #read(unit: DebugUnit): Whole {
    const known = this.#whole.get(unit)
    if (known) return known
    const root = readWhole(unit, this.#sections)
    const at = numberAt(root, AT_LINES)
    const home = String(root.attributes.get(AT_HOME) ?? '/')
    const lines = at === undefined ? undefined : readLines(this.#sections, at, home)
    const whole = { unit, root, entries: index(root, new Map()), lines }
    this.#whole.set(unit, whole)
    return whole
  }

  /** The function at the address, and what is inlined into it there, from the outside in. */
  #chainAt({ children }: DebugEntry, unit: DebugUnit, address: bigint): readonly DebugEntry[] {
    for (const child of children) {
      const ranges = this.#rangesOf(child, unit)
      if (ranges !== undefined && !isIn(ranges, address)) continue
      const inner = this.#chainAt(child, unit, address)
      if (ranges !== undefined && (child.tag === TAG_FUNCTION || child.tag === TAG_INLINED)) return [child, ...inner]
      if (inner.length > 0) return inner
    }
    return []
  }

  #nameOf(entry: DebugEntry): string {
    let one: DebugEntry | undefined = entry
    for (let left = MOST_ORIGINS; one !== undefined && left > 0; left -= 1) {
      const name = one.attributes.get(AT_NAME)
      if (typeof name === 'string') return name
      const origin: number | undefined = numberAt(one, AT_ORIGIN) ?? numberAt(one, AT_SPECIFICATION)
      one = origin === undefined ? undefined : this.#entryAt(origin)
    }
    return UNKNOWN
  }

  #entryAt(at: number): DebugEntry | undefined {
    const unit = this.#units.find(({ shape, end }) => shape.start <= at && at < end)
    return unit && this.#read(unit).entries.get(at)
  }
}

/** For each address its calls, innermost first and the function itself last. Throws a RangeError for damaged debug information. */
export const callsIn = (
  sections: DebugSections,
  addresses: readonly bigint[],
): ReadonlyMap<bigint, readonly Call[]> => {
  const reader = new CallReader(sections)
  return new Map(addresses.map((address) => [address, reader.callsAt(address)]))
}
