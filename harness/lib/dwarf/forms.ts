// SPDX-License-Identifier: MIT
import { Cursor } from './cursor.ts'

/** The sections that the debug information of a program is read from; those that it does not have are empty. */
export interface DebugSections {
  readonly info: Buffer
  readonly abbrev: Buffer
  readonly str: Buffer
  readonly lineStr: Buffer
  readonly strOffsets: Buffer
  readonly addr: Buffer
  readonly line: Buffer
  /** Ranges of addresses: until version 4 of the standard, and from version 5. */
  readonly ranges: Buffer
  readonly rngLists: Buffer
}

/** What the forms of a unit depend on. */
export interface UnitShape {
  /** Where the unit begins: references within it count from there. */
  readonly start: number
  readonly version: number
  readonly offsetBytes: 4 | 8
  readonly addressBytes: number
}

/** The attributes by which the first entry of a unit names its part of a table, and the bytes of that table's head. */
export const BASE = { str: 0x72, addr: 0x73, rng: 0x74 } as const
const HEAD_BYTES = { str: 8, addr: 8, rng: 12 } as const

/** Where the unit's part of a table begins. */
export const baseOf = (of: Indexed['of'], bases: ReadonlyMap<number, unknown>): number =>
  Number(bases.get(BASE[of]) ?? HEAD_BYTES[of])

/** The value of an attribute: a place in `.debug_info` is a number, as are constants; a block is its bytes. */
export type Value = number | bigint | string | Buffer

/** A reference to another entry, or an index that only the unit's attributes explain, as the form gives it. */
export interface Indexed {
  readonly index: number
  readonly of: 'str' | 'addr' | 'rng'
}

type Read = (from: Cursor, unit: UnitShape, sections: DebugSections) => Value | Indexed

const constant =
  (size: number): Read =>
  (from) =>
    from.number(size)

/** A constant of 8 bytes is a number where that is exact, and so unlike an address. */
const small: Read = (from) => {
  const value = from.u64()
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

const inUnit =
  (size: number): Read =>
  (from, { start }) =>
    start + from.number(size)

// Offsets of 64 bits stay below 2^48: no file is longer.
const offset = (from: Cursor, { offsetBytes }: UnitShape): number =>
  offsetBytes === 4 ? from.number(4) : Number(from.u64())

const textIn =
  (section: 'str' | 'lineStr'): Read =>
  (from, unit, sections) =>
    new Cursor(sections[section], offset(from, unit)).text()

const indexed =
  (of: Indexed['of'], size: number | 'leb'): Read =>
  (from) => ({ index: size === 'leb' ? from.uleb() : from.number(size), of })

const block =
  (size: number | 'leb'): Read =>
  (from) =>
    from.bytes(size === 'leb' ? from.uleb() : from.number(size))

/** By their numbers in the standard; 0x1f01 and on are GNU's, for files of their own. */
const FORMS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [0x01, (from, { addressBytes }) => (addressBytes === 8 ? from.u64() : from.number(addressBytes))],
  [0x03, block(2)],
  [0x04, block(4)],
  [0x05, constant(2)],
  [0x06, constant(4)],
  [0x07, small],
  [0x08, (from) => from.text()],
  [0x09, block('leb')],
  [0x0a, block(1)],
  [0x0b, constant(1)],
  [0x0c, constant(1)],
  [0x0d, (from) => from.sleb()],
  [0x0e, textIn('str')],
  [0x0f, (from) => from.uleb()],
  [0x10, (from, unit) => (unit.version < 3 ? from.number(unit.addressBytes) : offset(from, unit))],
  [0x11, inUnit(1)],
  [0x12, inUnit(2)],
  [0x13, inUnit(4)],
  [0x14, (from, { start }) => start + Number(from.u64())],
  [0x15, (from, { start }) => start + from.uleb()],
  [0x17, offset],
  [0x18, block('leb')],
  [0x19, () => 1],
  [0x1a, indexed('str', 'leb')],
  [0x1b, indexed('addr', 'leb')],
  [0x1c, (from) => from.number(4)],
  [0x1d, offset],
  [0x1e, (from) => from.bytes(16)],
  [0x1f, textIn('lineStr')],
  [0x20, (from) => from.u64()],
  [0x22, (from) => from.uleb()],
  [0x23, indexed('rng', 'leb')],
  [0x24, (from) => from.u64()],
  [0x25, indexed('str', 1)],
  [0x26, indexed('str', 2)],
  [0x27, indexed('str', 3)],
  [0x28, indexed('str', 4)],
  [0x29, indexed('addr', 1)],
  [0x2a, indexed('addr', 2)],
  [0x2b, indexed('addr', 3)],
  [0x2c, indexed('addr', 4)],
  [0x1f20, offset],
  [0x1f21, offset],
])

const INDIRECT = 0x16

/** Reads one attribute of this form. */
export const readForm = (form: number, from: Cursor, unit: UnitShape, sections: DebugSections): Value | Indexed => {
  if (form === INDIRECT) return readForm(from.uleb(), from, unit, sections)
  const read = FORMS.get(form)
  if (read === undefined) throw new RangeError(`debug information of an unknown form 0x${form.toString(16)}`)
  return read(from, unit, sections)
}
