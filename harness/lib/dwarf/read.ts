// SPDX-License-Identifier: MIT
import { HostError } from '../../model/errors.ts'
import { readDebugSections } from '../elf.ts'
import { Cursor } from './cursor.ts'
import { type DebugEntry, readEntries } from './entries.ts'
import type { DebugSections, Value } from './forms.ts'
import type { DebugFunction, DebugInfo, Member, Named, StaticVariable, Type, TypeRef } from './types.ts'

// Numbers of the standard.
const TAG = {
  array: 0x01,
  enumeration: 0x04,
  parameter: 0x05,
  block: 0x0b,
  member: 0x0d,
  pointer: 0x0f,
  struct: 0x13,
  typedef: 0x16,
  union: 0x17,
  subrange: 0x21,
  base: 0x24,
  const: 0x26,
  subprogram: 0x2e,
  variable: 0x34,
  volatile: 0x35,
  restrict: 0x37,
  atomic: 0x47,
} as const
const AT = {
  location: 0x02,
  name: 0x03,
  byteSize: 0x0b,
  bitOffset: 0x0c,
  bitSize: 0x0d,
  declaration: 0x3c,
  upperBound: 0x2f,
  origin: 0x31,
  count: 0x37,
  memberLocation: 0x38,
  specification: 0x47,
  type: 0x49,
  dataBitOffset: 0x6b,
} as const

const ALIASES = new Set<number>([TAG.typedef, TAG.const, TAG.volatile, TAG.restrict, TAG.atomic])

const textOf = ({ attributes }: DebugEntry, at: number): string | null => {
  const value = attributes.get(at)
  return typeof value === 'string' ? value : null
}

const numberOf = (value: Value | undefined): number | null => {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : null
}

const numberAt = ({ attributes }: DebugEntry, at: number): number | null => numberOf(attributes.get(at))

const typeAt = (entry: DebugEntry): TypeRef | null => numberAt(entry, AT.type)

const OP_ADDR = 0x03
const OP_PLUS_UCONST = 0x23

/** Where a member begins: a number, or before version 4 of the standard an expression that adds it. */
const byteOf = (entry: DebugEntry): number => {
  const value = entry.attributes.get(AT.memberLocation)
  if (Buffer.isBuffer(value) && value[0] === OP_PLUS_UCONST) return new Cursor(value, 1).uleb()
  return numberOf(value) ?? 0
}

const LITTLE_ENDIAN_UNIT = 4

const bitOf = (entry: DebugEntry, bits: number | null): number => {
  const data = numberAt(entry, AT.dataBitOffset)
  if (data !== null) return data
  const start = byteOf(entry) * 8
  const fromTop = numberAt(entry, AT.bitOffset)
  if (bits === null || fromTop === null) return start
  // The older form counts from the highest bit of the storage unit.
  const unit = (numberAt(entry, AT.byteSize) ?? LITTLE_ENDIAN_UNIT) * 8
  return start + unit - fromTop - bits
}

const memberOf = (entry: DebugEntry): Member | undefined => {
  const type = typeAt(entry)
  const bits = numberAt(entry, AT.bitSize)
  return type === null ? undefined : { name: textOf(entry, AT.name), bit: bitOf(entry, bits), bits, type }
}

const membersOf = ({ children }: DebugEntry): readonly Member[] =>
  children.flatMap((child) => (child.tag === TAG.member ? (memberOf(child) ?? []) : []))

const countsOf = ({ children }: DebugEntry): readonly number[] =>
  children
    .filter(({ tag }) => tag === TAG.subrange)
    .map((range) => numberAt(range, AT.count) ?? (numberAt(range, AT.upperBound) ?? -1) + 1)

const typeOf = (entry: DebugEntry): Type | undefined => {
  const [name, size] = [textOf(entry, AT.name), numberAt(entry, AT.byteSize) ?? 0]
  const of = typeAt(entry)
  if (ALIASES.has(entry.tag)) return { kind: 'alias', name, of }
  switch (entry.tag) {
    case TAG.base:
    case TAG.enumeration:
      return { kind: 'plain', name, size }
    case TAG.pointer:
      return { kind: 'pointer', to: of }
    case TAG.array:
      return of === null ? undefined : { kind: 'array', of, counts: countsOf(entry) }
    case TAG.struct:
    case TAG.union:
      if (entry.attributes.has(AT.declaration)) return undefined
      return { kind: 'record', name, size, isUnion: entry.tag === TAG.union, members: membersOf(entry) }
    default:
      return undefined
  }
}

interface Found {
  readonly types: Map<TypeRef, Type>
  readonly records: Map<string, TypeRef[]>
  readonly functions: Map<string, DebugFunction[]>
  readonly variables: StaticVariable[]
  /** Names and types of entries that others refer to. */
  readonly named: Map<number, DebugEntry>
}

/** What an entry is called and of which type, there or where it was declared. */
const namedOf = (entry: DebugEntry, { named }: Found): Named | undefined => {
  const [name, type] = [textOf(entry, AT.name), typeAt(entry)]
  if (name !== null && type !== null) return { name, type }
  const origin = numberAt(entry, AT.origin) ?? numberAt(entry, AT.specification)
  const other = origin === null ? undefined : named.get(origin)
  return other === undefined || other === entry ? undefined : namedOf(other, { named } as Found)
}

const localsOf = ({ children }: DebugEntry, found: Found): readonly Named[] =>
  children.flatMap((child) => {
    if (child.tag === TAG.block) return localsOf(child, found)
    return child.tag === TAG.variable ? (namedOf(child, found) ?? []) : []
  })

const functionOf = (entry: DebugEntry, name: string, found: Found): DebugFunction => ({
  name,
  parameters: entry.children.flatMap((child) => (child.tag === TAG.parameter ? (namedOf(child, found) ?? []) : [])),
  locals: localsOf(entry, found),
})

const addressOf = ({ attributes }: DebugEntry): bigint | null => {
  const location = attributes.get(AT.location)
  if (!Buffer.isBuffer(location) || location[0] !== OP_ADDR || location.length !== 9) return null
  return location.readBigUInt64LE(1)
}

const add = <T>(to: Map<string, T[]>, name: string, one: T): void => {
  to.set(name, [...(to.get(name) ?? []), one])
}

const collect = (entry: DebugEntry, found: Found): void => {
  const type = typeOf(entry)
  if (type !== undefined) found.types.set(entry.at, type)
  if (type?.kind === 'record' && type.name !== null) add(found.records, type.name, entry.at)
  if (entry.tag === TAG.variable) {
    const [own, address] = [namedOf(entry, found), addressOf(entry)]
    if (own !== undefined && address !== null) found.variables.push({ ...own, address })
  }
  // An instance of an inlined function names it by reference, and only the first one has its names.
  const name = entry.tag === TAG.subprogram && !entry.attributes.has(AT.declaration) ? textOf(entry, AT.name) : null
  if (name !== null) add(found.functions, name, functionOf(entry, name, found))
  for (const child of entry.children) collect(child, found)
}

const index = (entry: DebugEntry, named: Map<number, DebugEntry>): void => {
  if (entry.tag === TAG.variable || entry.tag === TAG.parameter) named.set(entry.at, entry)
  for (const child of entry.children) index(child, named)
}

/** The debug information of those sources of a program that are wanted, by their names. Pure. */
export const debugInfoIn = (sections: DebugSections, isWanted: (source: string) => boolean): DebugInfo => {
  const units = readEntries(sections).filter((unit) => isWanted(textOf(unit, AT.name) ?? ''))
  const found: Found = { types: new Map(), records: new Map(), functions: new Map(), variables: [], named: new Map() }
  for (const unit of units) index(unit, found.named)
  for (const unit of units) collect(unit, found)
  return found
}

/** The same of a program in a file. */
export const readDebugInfo = (path: string, isWanted: (source: string) => boolean): DebugInfo => {
  try {
    return debugInfoIn(readDebugSections(path), isWanted)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new HostError(`${path}: its debug information cannot be read: ${error.message}`, 'report this')
  }
}
