// SPDX-License-Identifier: MIT

/** A type, by its place in the debug information. */
export type TypeRef = number

/** A member of a struct or union; offsets and sizes in bits, since some have less than a byte. */
export interface Member {
  /** Null for a struct or union without a name, whose members count as those of its owner. */
  readonly name: string | null
  readonly bit: number
  /** Of a bit-field; null for another member, which has the size of its type. */
  readonly bits: number | null
  readonly type: TypeRef
}

export type Type =
  | { readonly kind: 'plain'; readonly name: string | null; readonly size: number }
  | { readonly kind: 'pointer'; readonly to: TypeRef | null }
  | {
      readonly kind: 'record'
      readonly name: string | null
      readonly size: number
      readonly isUnion: boolean
      readonly members: readonly Member[]
    }
  | { readonly kind: 'array'; readonly of: TypeRef; readonly counts: readonly number[] }
  /** A typedef, or a qualifier, which has no name. */
  | { readonly kind: 'alias'; readonly name: string | null; readonly of: TypeRef | null }

/** A parameter or variable of a function. */
export interface Named {
  readonly name: string
  readonly type: TypeRef
}

/** A function as its source has it. */
export interface DebugFunction {
  readonly name: string
  readonly parameters: readonly Named[]
  /** With those of its blocks. */
  readonly locals: readonly Named[]
}

/** A variable that is always there. */
export interface StaticVariable extends Named {
  readonly address: bigint
}

/** Types, functions and variables of a program's sources. */
export interface DebugInfo {
  readonly types: ReadonlyMap<TypeRef, Type>
  /** Structs and unions by name: each source has its own. */
  readonly records: ReadonlyMap<string, readonly TypeRef[]>
  readonly functions: ReadonlyMap<string, readonly DebugFunction[]>
  readonly variables: readonly StaticVariable[]
}

/** Of a program without any. */
export const NO_DEBUG_INFO: DebugInfo = { types: new Map(), records: new Map(), functions: new Map(), variables: [] }

/** The type without typedefs and qualifiers. */
export const bareType = ({ types }: Pick<DebugInfo, 'types'>, ref: TypeRef | null): Type | undefined => {
  // Damaged information may go in circles.
  for (let [at, left] = [ref, 64]; at !== null && left > 0; left--) {
    const type = types.get(at)
    if (type?.kind !== 'alias') return type
    at = type.of
  }
  return undefined
}

const POINTER_BYTES = 8

/** How many bytes a value of this type has; 0 when that is not known. */
export const sizeOf = (info: Pick<DebugInfo, 'types'>, ref: TypeRef, depth = 0): number => {
  const type = bareType(info, ref)
  if (type === undefined || depth > 64) return 0
  switch (type.kind) {
    case 'pointer':
      return POINTER_BYTES
    case 'array':
      return type.counts.reduce((product, count) => product * count, sizeOf(info, type.of, depth + 1))
    case 'alias':
      return 0
    default:
      return type.size
  }
}

/** Whether two types, of whatever sources, are written in the same way. */
export const typeText = (info: Pick<DebugInfo, 'types'>, ref: TypeRef | null, depth = 0): string => {
  const type = ref === null ? undefined : info.types.get(ref)
  if (type === undefined || depth > 16) return 'void'
  switch (type.kind) {
    case 'plain':
      return type.name ?? `${type.size} bytes`
    case 'record':
      return `${type.isUnion ? 'union' : 'struct'} ${type.name ?? `of ${type.size} bytes`}`
    case 'pointer':
      return `${typeText(info, type.to, depth + 1)} *`
    case 'array':
      return `${typeText(info, type.of, depth + 1)}[${type.counts.join('][')}]`
    default:
      return type.name ?? typeText(info, type.of, depth + 1)
  }
}
