// SPDX-License-Identifier: MIT
import { Cursor } from './cursor.ts'
import { baseOf, type DebugSections, type Indexed, readForm, type UnitShape, type Value } from './forms.ts'

/** One entry of the debug information, by the numbers of the standard. */
export interface DebugEntry {
  readonly at: number
  readonly tag: number
  readonly attributes: ReadonlyMap<number, Value>
  readonly children: readonly DebugEntry[]
}

interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  readonly attributes: readonly { readonly name: number; readonly form: number; readonly constant: number | null }[]
}

const IMPLICIT_CONST = 0x21

const readAbbreviations = (section: Buffer, at: number): ReadonlyMap<number, Abbreviation> => {
  const from = new Cursor(section, at)
  const found = new Map<number, Abbreviation>()
  for (let code = from.uleb(); code !== 0; code = from.uleb()) {
    const tag = from.uleb()
    const hasChildren = from.number(1) === 1
    const attributes: Abbreviation['attributes'][number][] = []
    for (;;) {
      const [name, form] = [from.uleb(), from.uleb()]
      const constant = form === IMPLICIT_CONST ? from.sleb() : null
      if (name === 0 && form === 0) break
      attributes.push({ name, form, constant })
    }
    found.set(code, { tag, hasChildren, attributes })
  }
  return found
}

interface Unit extends UnitShape {
  readonly abbreviations: ReadonlyMap<number, Abbreviation>
  readonly end: number
}

const readUnitHead = (from: Cursor, { abbrev }: DebugSections): Unit => {
  const start = from.at
  const short = from.number(4)
  const offsetBytes = short === 0xffffffff ? 8 : 4
  const length = offsetBytes === 8 ? Number(from.u64()) : short
  const end = from.at + length
  const version = from.number(2)
  if (version < 2 || version > 5) throw new RangeError(`debug information of version ${version}`)
  const offset = (): number => (offsetBytes === 8 ? Number(from.u64()) : from.number(4))
  if (version < 5) {
    const abbreviations = readAbbreviations(abbrev, offset())
    return { start, version, offsetBytes, addressBytes: from.number(1), abbreviations, end }
  }
  const kind = from.number(1)
  const addressBytes = from.number(1)
  const abbreviations = readAbbreviations(abbrev, offset())
  // Units of types and of split files have more in their heads.
  if (kind === 2 || kind === 6) from.bytes(8 + offsetBytes)
  if (kind === 4 || kind === 5) from.bytes(8)
  return { start, version, offsetBytes, addressBytes, abbreviations, end }
}

const isIndexed = (value: Value | Indexed): value is Indexed => typeof value === 'object' && !Buffer.isBuffer(value)

/** What an index stands for: a text, an address or ranges, in tables whose place the unit's first entry names. */
const explained = (
  { index, of }: Indexed,
  unit: UnitShape,
  sections: DebugSections,
  bases: ReadonlyMap<number, Value | Indexed>,
): Value => {
  const base = baseOf(of, bases)
  if (of === 'addr') return new Cursor(sections.addr, base + index * unit.addressBytes).u64()
  const table = of === 'str' ? sections.strOffsets : sections.rngLists
  const at = new Cursor(table, base + index * unit.offsetBytes)
  const offset = unit.offsetBytes === 4 ? at.number(4) : Number(at.u64())
  return of === 'str' ? new Cursor(sections.str, offset).text() : base + offset
}

const AT_LOCATION = 0x02
const OP_ADDR = 0x03
const OP_ADDRX = 0xa1

/** The place of a variable as an address, where it is an index of one. */
const located = (value: Value, of: (index: number) => Value): Value => {
  if (!Buffer.isBuffer(value) || value[0] !== OP_ADDRX) return value
  const address = Buffer.alloc(9, OP_ADDR)
  address.writeBigUInt64LE(BigInt(of(new Cursor(value, 1).uleb()) as bigint), 1)
  return address
}

type Raw = ReadonlyMap<number, Value | Indexed>

/** Reads the first entry of a unit, with its children or without. */
const readTree = (from: Cursor, unit: Unit, sections: DebugSections, withChildren: boolean): DebugEntry | undefined => {
  let bases: Raw | undefined
  const readEntry = (): DebugEntry | undefined => {
    const at = from.at
    const code = from.uleb()
    if (code === 0) return undefined
    const abbreviation = unit.abbreviations.get(code)
    if (abbreviation === undefined) throw new RangeError('debug information with an unknown abbreviation')
    const raw = new Map<number, Value | Indexed>()
    for (const { name, form, constant } of abbreviation.attributes)
      raw.set(name, constant ?? readForm(form, from, unit, sections))
    bases ??= raw
    const own = bases
    const find = (one: Indexed): Value => explained(one, unit, sections, own)
    const attributes = new Map<number, Value>(
      [...raw].map(([name, value]) => {
        const plain = isIndexed(value) ? find(value) : value
        return [name, name === AT_LOCATION ? located(plain, (index) => find({ index, of: 'addr' })) : plain]
      }),
    )
    const children: DebugEntry[] = []
    if (abbreviation.hasChildren && withChildren)
      for (let child = readEntry(); child !== undefined; child = readEntry()) children.push(child)
    return { at, tag: abbreviation.tag, attributes, children }
  }
  return unit.end > from.at ? readEntry() : undefined
}

/** A unit: how it is written, and its first entry. */
export interface DebugUnit {
  readonly shape: UnitShape
  /** Where the next unit begins. */
  readonly end: number
  readonly root: DebugEntry
}

/** The unit that begins here; undefined for one without entries. */
const readUnit = (from: Cursor, sections: DebugSections, withChildren: boolean): DebugUnit | undefined => {
  const unit = readUnitHead(from, sections)
  const root = readTree(from, unit, sections, withChildren)
  from.at = unit.end
  return root && { shape: unit, end: unit.end, root }
}

const readUnits = (sections: DebugSections, withChildren: boolean): readonly DebugUnit[] => {
  const from = new Cursor(sections.info)
  const units: DebugUnit[] = []
  while (!from.isAtEnd) {
    const unit = readUnit(from, sections, withChildren)
    if (unit !== undefined) units.push(unit)
  }
  return units
}

/** The first entry of each unit. Throws a RangeError for damaged or unknown debug information. */
export const readEntries = (sections: DebugSections): readonly DebugEntry[] =>
  readUnits(sections, true).map(({ root }) => root)

/** The units, without the children of their first entries. */
export const readHeads = (sections: DebugSections): readonly DebugUnit[] => readUnits(sections, false)

/** All entries of a unit that `readHeads` found. */
export const readWhole = ({ shape, root }: DebugUnit, sections: DebugSections): DebugEntry =>
  readUnit(new Cursor(sections.info, shape.start), sections, true)?.root ?? root
