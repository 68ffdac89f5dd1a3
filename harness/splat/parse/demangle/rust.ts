// SPDX-License-Identifier: MIT
import { decodePunycode } from './punycode.ts'

const BASIC: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
}

const MAX_DEPTH = 60
const MAX_TEXT = 1024

class Malformed extends Error {}

/** Reads a symbol of Rust's v0 scheme (RFC 2603). */
class V0 {
  readonly #text: string
  #at = 0
  #depth = 0
  /** Characters made: back references may double the text again and again. */
  #made = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The path of the symbol; malformed text throws. */
  symbol(): string {
    const path = this.#path(true)
    // The crate in which a generic function was made may follow.
    if (this.#at < this.#text.length) this.#path(false)
    if (this.#at !== this.#text.length) throw new Malformed()
    return path
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #next(): string {
    const char = this.#peek()
    if (char === '') throw new Malformed()
    this.#at += 1
    return char
  }

  #eat(char: string): boolean {
    if (this.#peek() !== char) return false
    this.#at += 1
    return true
  }

  #nested(read: () => string): string {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new Malformed()
    const text = read()
    this.#depth -= 1
    this.#made += text.length
    if (this.#made > MAX_TEXT * MAX_DEPTH || text.length > MAX_TEXT) throw new Malformed()
    return text
  }

  /** `_` is 0; otherwise digits, capitals and small letters, plus 1, up to `_`. */
  #base62(): number {
    if (this.#eat('_')) return 0
    let value = 0
    for (let char = this.#next(); char !== '_'; char = this.#next()) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(char)
      if (digit < 0) throw new Malformed()
      value = value * 62 + digit
    }
    return value + 1
  }

  #optional62(tag: string): void {
    if (this.#eat(tag)) this.#base62()
  }

  #backref(read: () => string): string {
    const back = this.#at - 1
    const to = this.#base62()
    if (to >= back) throw new Malformed()
    const after = this.#at
    this.#at = to
    const text = this.#nested(read)
    this.#at = after
    return text
  }

  #identifier(): string {
    this.#optional62('s')
    return this.#plainIdentifier()
  }

  #plainIdentifier(): string {
    const isPunycode = this.#eat('u')
    let length = ''
    while (/\d/.test(this.#peek())) {
      length += this.#next()
      if (length === '0' || length.length > 4) break
    }
    if (length === '') throw new Malformed()
    this.#eat('_')
    const name = this.#text.slice(this.#at, this.#at + Number(length))
    if (name.length !== Number(length)) throw new Malformed()
    this.#at += name.length
    return isPunycode ? (decodePunycode(name) ?? name) : name
  }

  /** `isValue`: generic arguments are written with `::<…>`. */
  #path(isValue: boolean): string {
    return this.#nested(() => {
      const tag = this.#next()
      switch (tag) {
        case 'C':
          return this.#identifier()
        case 'M':
          this.#implPath()
          return `<${this.#type()}>`
        case 'X':
          this.#implPath()
          return this.#traitImpl()
        case 'Y':
          return this.#traitImpl()
        case 'N':
          return this.#nestedPath(isValue)
        case 'I': {
          const path = this.#path(isValue)
          return `${path}${isValue ? '::' : ''}<${this.#list(() => this.#genericArgument())}>`
        }
        case 'B':
          return this.#backref(() => this.#path(isValue))
        default:
          throw new Malformed()
      }
    })
  }

  #implPath(): void {
    this.#optional62('s')
    this.#path(false)
  }

  #traitImpl(): string {
    const type = this.#type()
    return `<${type} as ${this.#path(false)}>`
  }

  #nestedPath(isValue: boolean): string {
    const space = this.#next()
    if (!/[A-Za-z]/.test(space)) throw new Malformed()
    const parent = this.#path(isValue)
    const name = this.#identifier()
    const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space
    // The number of a closure changes with each one before it.
    if (/[A-Z]/.test(space)) return `${parent}::{${kind}${name === '' ? '' : `:${name}`}}`
    return name === '' ? parent : `${parent}::${name}`
  }

  #list(read: () => string): string {
    const items: string[] = []
    while (!this.#eat('E')) items.push(read())
    return items.filter((item) => item !== '').join(', ')
  }

  #genericArgument(): string {
    if (this.#eat('L')) {
      this.#base62()
      // A lifetime says nothing of the function, and is mostly erased.
      return ''
    }
    return this.#eat('K') ? this.#constant() : this.#type()
  }

  #type(): string {
    return this.#nested(() => {
      const tag = this.#next()
      const basic = BASIC[tag]
      if (basic !== undefined) return basic
      switch (tag) {
        case 'R':
          return `&${this.#referenced()}`
        case 'Q':
          return `&mut ${this.#referenced()}`
        case 'P':
          return `*const ${this.#type()}`
        case 'O':
          return `*mut ${this.#type()}`
        case 'A': {
          const item = this.#type()
          return `[${item}; ${this.#constant()}]`
        }
        case 'S':
          return `[${this.#type()}]`
        case 'T':
          return this.#tuple()
        case 'F':
          return this.#functionPointer()
        case 'D':
          return this.#dynamic()
        case 'B':
          return this.#backref(() => this.#type())
        default:
          this.#at -= 1
          return this.#path(false)
      }
    })
  }

  #tuple(): string {
    let count = 0
    const items = this.#list(() => {
      count += 1
      return this.#type()
    })
    return count === 1 ? `(${items},)` : `(${items})`
  }

  #referenced(): string {
    if (this.#eat('L')) this.#base62()
    return this.#type()
  }

  #functionPointer(): string {
    this.#optional62('G')
    const unsafe = this.#eat('U') ? 'unsafe ' : ''
    const abi = this.#eat('K') ? `extern "${this.#eat('C') ? 'C' : this.#plainIdentifier().replaceAll('_', '-')}" ` : ''
    const parameters = this.#list(() => this.#type())
    const result = this.#type()
    return `${unsafe}${abi}fn(${parameters})${result === '()' ? '' : ` -> ${result}`}`
  }

  #dynamic(): string {
    this.#optional62('G')
    const traits: string[] = []
    while (!this.#eat('E')) traits.push(this.#dynamicTrait())
    if (!this.#eat('L')) throw new Malformed()
    this.#base62()
    return `dyn ${traits.join(' + ')}`
  }

  #dynamicTrait(): string {
    const path = this.#path(false)
    const bindings: string[] = []
    while (this.#eat('p')) {
      const name = this.#plainIdentifier()
      bindings.push(`${name} = ${this.#type()}`)
    }
    if (bindings.length === 0) return path
    return path.endsWith('>') ? `${path.slice(0, -1)}, ${bindings.join(', ')}>` : `${path}<${bindings.join(', ')}>`
  }

  #constant(): string {
    return this.#nested(() => {
      const tag = this.#next()
      if (tag === 'B') return this.#backref(() => this.#constant())
      if (tag === 'p') return '_'
      if (BASIC[tag] === undefined) throw new Malformed()
      const sign = this.#eat('n') ? '-' : ''
      const digits = this.#hex()
      if (tag === 'b') return String(digits === '1')
      if (tag === 'c') return `'${String.fromCodePoint(Math.min(Number.parseInt(`0${digits}`, 16), 0x10ffff))}'`
      return sign + (digits.length > 12 ? `0x${digits}` : String(Number.parseInt(`0${digits}`, 16)))
    })
  }

  #hex(): string {
    let digits = ''
    for (let char = this.#next(); char !== '_'; char = this.#next()) {
      if (!/[0-9a-f]/.test(char)) throw new Malformed()
      digits += char
    }
    return digits
  }
}

/** The path that a symbol `_R…` encodes; undefined when it is malformed. */
export const demangleRust = (name: string): string | undefined => {
  // A compiler's suffix, as `.llvm.123`, is not part of it; `_R` may be followed by the version of the scheme.
  const body = /^_R(?!\d)(\w+)/.exec(name)?.[1]
  if (body === undefined) return undefined
  try {
    return new V0(body).symbol()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
