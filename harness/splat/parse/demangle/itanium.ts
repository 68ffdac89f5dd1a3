// SPDX-License-Identifier: MIT

/** How Rust's old scheme writes what an identifier of C++ cannot hold. */
const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
}

const unescaped = (part: string): string =>
  part
    .replace(/^_(?=\$)/, '')
    .replaceAll('..', '::')
    .replace(/\$(?:u([0-9a-f]{1,6})|([A-Z]{1,2}))\$/g, (whole, hex: string | undefined, word: string | undefined) => {
      if (word !== undefined) return ESCAPES[word] ?? whole
      const code = Number.parseInt(hex ?? '', 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    })

const RUST_HASH = /^h[0-9a-f]{16}$/

const OPERATORS: Readonly<Record<string, string>> = {
  nw: ' new',
  na: ' new[]',
  dl: ' delete',
  da: ' delete[]',
  pl: '+',
  mi: '-',
  ml: '*',
  dv: '/',
  rm: '%',
  an: '&',
  or: '|',
  eo: '^',
  aS: '=',
  pL: '+=',
  mI: '-=',
  ls: '<<',
  rs: '>>',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  nt: '!',
  aa: '&&',
  oo: '||',
  pp: '++',
  mm: '--',
  cl: '()',
  ix: '[]',
  pt: '->',
  de: '*',
  ad: '&',
  co: '~',
}

interface Part {
  readonly text: string
  readonly next: number
}

const readSource = (name: string, at: number): Part | undefined => {
  const digits = /^\d{1,3}/.exec(name.slice(at, at + 3))?.[0]
  if (digits === undefined || digits.startsWith('0')) return undefined
  const from = at + digits.length
  const text = name.slice(from, from + Number(digits))
  if (text.length !== Number(digits)) return undefined
  return { text: text.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : text, next: from + text.length }
}

// A literal's digits are no name's length.
const literalEnd = (name: string, at: number): number =>
  at + 2 + (/^n?\d*/.exec(name.slice(at + 2, at + 24))?.[0].length ?? 0)

const isOpening = (name: string, at: number): boolean => 'INXFLJ'.includes(name.charAt(at))

/** Where template arguments end that begin at `at`; they are left out of the name. */
const skipTemplate = (name: string, at: number): number | undefined => {
  let depth = 0
  for (let i = at; i < name.length; ) {
    const source = readSource(name, i)
    if (source === undefined) {
      depth += isOpening(name, i) ? 1 : name.charAt(i) === 'E' ? -1 : 0
      i = name.charAt(i) === 'L' ? literalEnd(name, i) : i + 1
    } else i = source.next
    if (depth === 0) return i
  }
  return undefined
}

const readSpecial = (name: string, at: number, before: string | undefined): Part | undefined => {
  const two = name.slice(at, at + 2)
  if (/^C[1-4]$/.test(two)) return before === undefined ? undefined : { text: before, next: at + 2 }
  if (/^D[0-5]$/.test(two)) return before === undefined ? undefined : { text: `~${before}`, next: at + 2 }
  const operator = OPERATORS[two]
  if (operator !== undefined) return { text: `operator${operator}`, next: at + 2 }
  return two === 'St' ? { text: 'std', next: at + 2 } : undefined
}

const readUnqualified = (name: string, at: number, before: string | undefined): Part | undefined => {
  // `L` marks a name of internal linkage.
  const from = name.charAt(at) === 'L' ? at + 1 : at
  const part = readSource(name, from) ?? readSpecial(name, from, before)
  if (part === undefined) return undefined
  // ABI tags, as `B5cxx11`, belong to no name.
  let { next } = part
  while (name.charAt(next) === 'B') {
    const tag = readSource(name, next + 1)
    if (tag === undefined) return undefined
    next = tag.next
  }
  return { text: part.text, next }
}

const withoutHash = (parts: readonly string[]): readonly string[] =>
  parts.length > 1 && RUST_HASH.test(parts.at(-1) ?? '') ? parts.slice(0, -1).map(unescaped) : parts

const nestedName = (name: string, start: number): string | undefined => {
  const parts: string[] = []
  let at = start + (/^[rVKRO]*/.exec(name.slice(start, start + 5))?.[0].length ?? 0)
  while (name.charAt(at) !== 'E') {
    if (name.charAt(at) === 'I' && parts.length > 0) {
      const end = skipTemplate(name, at)
      if (end === undefined) return undefined
      at = end
      continue
    }
    const part = readUnqualified(name, at, parts.at(-1))
    if (part === undefined) return undefined
    parts.push(part.text)
    at = part.next
  }
  return parts.length === 0 ? undefined : withoutHash(parts).join('::')
}

/**
 * The function that a symbol `_Z…` names, without its parameters; undefined when it is malformed or needs more of the
 * C++ ABI than kernels print. Rust's old scheme is the nested names of that ABI, with a hash as the last one.
 */
export const demangleItanium = (name: string): string | undefined => {
  if (name.startsWith('_ZN')) return nestedName(name, 3)
  if (name.startsWith('_ZZN')) return nestedName(name, 4)
  if (name.startsWith('_ZSt')) {
    const part = readUnqualified(name, 4, undefined)
    return part === undefined ? undefined : `std::${part.text}`
  }
  return readUnqualified(name, name.startsWith('_ZZ') ? 3 : 2, undefined)?.text
}
