// SPDX-License-Identifier: MIT
import { bareType, type DebugInfo, type Member, sizeOf, type Type, type TypeRef } from '../lib/dwarf/types.ts'

/** Bytes of an object that a step touches, counted from its start. */
export interface Range {
  readonly offset: number
  readonly size: number
}

/** A part of an object: how it is written after the object's name, and what is below it. */
interface Part {
  readonly text: string
  readonly type: TypeRef
  /** Of its object, in bits. */
  readonly bit: number
  readonly bits: number
}

// The kernel reads these as a whole; their insides differ from one configuration to the next.
const WHOLE = new Set([
  ...['spinlock', 'spinlock_t', 'raw_spinlock', 'raw_spinlock_t', 'rwlock_t', 'mutex', 'rw_semaphore', 'seqcount_t'],
  ...['atomic_t', 'atomic64_t', 'atomic_long_t', 'refcount_t', 'refcount_struct', 'kref', 'work_struct'],
])

/** The name that a type has first, of those of its typedefs. */
const nameOf = (info: DebugInfo, ref: TypeRef): string | null => {
  const type = info.types.get(ref)
  if (type?.kind === 'alias') return type.name ?? (type.of === null ? null : nameOf(info, type.of))
  return type?.kind === 'plain' || type?.kind === 'record' ? type.name : null
}

/** The members of a record, with those of its nameless parts in their place. */
const membersOf = (
  info: DebugInfo,
  record: Extract<Type, { kind: 'record' }>,
  from = 0,
  depth = 0,
): readonly Member[] =>
  record.members.flatMap((member) => {
    const type = member.name === null ? bareType(info, member.type) : undefined
    if (type?.kind === 'record' && depth < 16) return membersOf(info, type, from + member.bit, depth + 1)
    return [{ ...member, bit: from + member.bit }]
  })

const partsOfRecord = (info: DebugInfo, of: Part, record: Extract<Type, { kind: 'record' }>): readonly Part[] =>
  membersOf(info, record).flatMap(({ name, bit, bits, type }) =>
    name === null
      ? []
      : [{ text: `${of.text}.${name}`, type, bit: of.bit + bit, bits: bits ?? 8 * sizeOf(info, type) }],
  )

/** `[1][2]`: the place of an element in an array of these dimensions. */
const indices = (index: number, counts: readonly number[]): string => {
  const [, ...inner] = counts
  const below = inner.reduce((product, count) => product * count, 1)
  const own = `[${Math.floor(index / below)}]`
  return inner.length === 0 ? own : `${own}${indices(index % below, inner)}`
}

/** The elements of an array that the range is in: one, or none when it is in several. */
const partsOfArray = (
  info: DebugInfo,
  of: Part,
  { of: element, counts }: Extract<Type, { kind: 'array' }>,
  from: number,
): readonly Part[] => {
  const size = 8 * sizeOf(info, element)
  if (size === 0) return []
  const index = Math.floor((from - of.bit) / size)
  return [{ text: `${of.text}${indices(index, counts)}`, type: element, bit: of.bit + index * size, bits: size }]
}

const partsOf = (info: DebugInfo, of: Part, from: number): readonly Part[] => {
  if (WHOLE.has(nameOf(info, of.type) ?? '')) return []
  const type = bareType(info, of.type)
  if (type?.kind === 'record') return partsOfRecord(info, of, type)
  return type?.kind === 'array' ? partsOfArray(info, of, type, from) : []
}

const lastWord = ({ text }: Part): string => /\b(\w+)(?:\[\d+\])?$/.exec(text)?.[1] ?? ''

// A macro or function that reads one is named after it: page_private().
const isNamed = (part: Part, words: ReadonlySet<string>): boolean => {
  const name = lastWord(part)
  return [...words].some((word) => word.endsWith(`_${name}`))
}

/** Of parts that share the bytes, the one that the source names: a union, or bit-fields of one word. */
const namedIn = (parts: readonly Part[], words: ReadonlySet<string>): readonly Part[] => {
  if (parts.length <= 1) return parts
  const exact = parts.filter((part) => words.has(lastWord(part)))
  return exact.length > 0 ? exact : parts.filter((part) => isNamed(part, words))
}

const holds = ({ bit, bits }: Part, from: number, to: number): boolean => bit <= from && to <= bit + bits

const overlaps = ({ bit, bits }: Part, from: number, to: number): boolean => bit < to && from < bit + bits

/** The smallest part that has the whole range, or undefined when that is not sure. */
const partAt = (
  info: DebugInfo,
  whole: Part,
  { offset, size }: Range,
  words: ReadonlySet<string>,
): Part | undefined => {
  const [from, to] = [8 * offset, 8 * (offset + size)]
  const parts = partsOf(info, whole, from)
  const around = namedIn(
    parts.filter((part) => holds(part, from, to)),
    words,
  )
  const [only] = around
  if (around.length === 1) return partAt(info, only!, { offset, size }, words)
  const within = parts.filter((part) => overlaps(part, from, to))
  // A word with bit-fields is touched for one of them.
  if (around.length === 0 && within.length > 1) {
    const named = namedIn(within, words)
    if (named.length === 1) return named[0]
  }
  const isWhole = whole.bit === from && whole.bits === to - from
  return within.length === 0 || isWhole ? whole : undefined
}

/**
 * How C writes the part of an object of this type that a range is in, after the name of the object: `.lock`,
 * `.fullness_list[2].next`; undefined where that is not sure. `words` are those of the source's lines: only they tell the
 * members of a union apart.
 */
export const memberAt = (
  info: DebugInfo,
  type: TypeRef,
  range: Range,
  words: ReadonlySet<string>,
): string | undefined => {
  const whole = { text: '', type, bit: 0, bits: 8 * sizeOf(info, type) }
  if (8 * (range.offset + range.size) > whole.bits) return undefined
  const text = partAt(info, whole, range, words)?.text
  const isPlain = bareType(info, type)?.kind !== 'record' && bareType(info, type)?.kind !== 'array'
  return text === '' && !isPlain && !WHOLE.has(nameOf(info, type) ?? '') ? undefined : text
}

/** An object of the explorer, and where it was allocated: names of functions, innermost first. */
export interface Allocated {
  /** The kind and a number: `kmalloc 17`. */
  readonly name: string
  readonly size: number
  readonly functions: readonly string[]
}

/** What is known of the type of an object, and what its source calls it. */
export interface Typed {
  readonly type: TypeRef
  readonly label: string
}

const kindOf = ({ name }: Allocated): string => name.replace(/ \d+$/, '').replace(/^struct /, '')

const recordOf = (info: DebugInfo, ref: TypeRef | null, size: number) => {
  const type = bareType(info, ref)
  return type?.kind === 'record' && type.size === size && type.name !== null ? type.name : undefined
}

/** The structs of this size to which variables of a function point, with the shortest name of these variables. */
const pointedAt = (info: DebugInfo, name: string, size: number): ReadonlyMap<string, Typed> => {
  const found = new Map<string, Typed>()
  for (const { locals } of info.functions.get(name) ?? [])
    for (const { name: label, type } of locals) {
      const pointer = bareType(info, type)
      const to = pointer?.kind === 'pointer' ? pointer.to : null
      const record = recordOf(info, to, size)
      if (record === undefined || label.startsWith('__')) continue
      // `prev_class` is a `class` too.
      if (label.length < (found.get(record)?.label.length ?? Number.POSITIVE_INFINITY))
        found.set(record, { type: to!, label })
    }
  return found
}

/**
 * The type of an object: the struct that its cache is named after or, where an allocation has no name, the only struct of
 * that size to which a variable of the allocating function points.
 */
export const typeOfObject = (info: DebugInfo, object: Allocated): Typed | undefined => {
  const kind = kindOf(object)
  const fits = (ref: TypeRef): boolean => sizeOf(info, ref) === object.size || kind === 'page'
  const known = kind === 'page' && !object.name.startsWith('struct') ? undefined : info.records.get(kind)?.find(fits)
  for (const name of object.functions) {
    const found = pointedAt(info, name, object.size)
    const own =
      known === undefined ? [...found.values()] : [...found].flatMap(([to, one]) => (to === kind ? [one] : []))
    if (own.length === 1) return own[0]
    if (own.length > 1) return undefined
  }
  return known === undefined ? undefined : { type: known, label: kind }
}

/** Names of all objects of an account: what their source calls them, with the struct and a number where that is not enough. */
export const labelsOf = (info: DebugInfo, objects: ReadonlyMap<string, Typed>): ReadonlyMap<string, string> => {
  const record = ({ type }: Typed): string => nameOf(info, type) ?? '?'
  const all = [...objects]
  const plain = (one: Typed): string =>
    all.some(([, other]) => other.label === one.label && record(other) !== record(one)) ? record(one) : one.label
  return new Map(
    all.map(([name, one]) => {
      const same = all.filter(([, other]) => plain(other) === plain(one))
      const nth = same.findIndex(([other]) => other === name)
      return [name, same.length === 1 ? plain(one) : `${plain(one)}#${nth + 1}`]
    }),
  )
}

/** A variable that is always there, with its part: `zswap_pools.next`. */
export const staticAt = (
  info: DebugInfo,
  address: bigint,
  size: number,
  words: ReadonlySet<string>,
): string | undefined => {
  for (const { name, type, address: at } of info.variables) {
    const offset = Number(address - at)
    if (address < at || offset + size > sizeOf(info, type)) continue
    const part = memberAt(info, type, { offset, size }, words)
    return part === undefined ? undefined : `${name}${part}`
  }
  return undefined
}
