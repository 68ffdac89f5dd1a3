// SPDX-License-Identifier: MIT

/** A function as a light reading of a C file finds it. */
export interface SourceFunction {
  readonly name: string
  /** Its lines, with those of its declaration. */
  readonly first: number
  readonly last: number
  readonly text: string
  /** The structs to which it takes pointers, and all that it names. */
  readonly takes: readonly string[]
  readonly structs: readonly string[]
  /** The locks that it takes or releases, as it names them: pool->lock. */
  readonly locks: readonly string[]
}

// The kernel's style: a declaration begins in the first column, and so do the braces of its body.
const BEGINS = /^[A-Za-z_]/
const NO_FUNCTION =
  /^(?:struct|union|enum|typedef|extern)\b[^(]*$|^(?:EXPORT_|MODULE_|DEFINE_|DECLARE_|LIST_HEAD|static_assert)/
const MOST_LINES = 12

/** The index of the line of the opening brace, if a function's declaration begins at this line. */
const bodyAt = (lines: readonly string[], begin: number): number | undefined => {
  for (let at = begin; at < Math.min(lines.length, begin + MOST_LINES); at += 1) {
    const line = lines[at]!
    if (line === '{' || (line.endsWith(') {') && !line.startsWith('#'))) return at
    if (line === '' || line.endsWith(';') || line.startsWith('}') || line.startsWith('#')) return undefined
  }
  return undefined
}

const all = (pattern: RegExp, text: string): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1]!)),
]

// What is called is looked at, and only the name is taken: `ops->lock(&a->b)` may be an argument of another call.
const CALL_ON_FIELD = /\b(\w+)(?=\(&?(\w+(?:(?:->|\.)\w+)+))/g

const locksIn = (text: string): readonly string[] => {
  const calls = [...text.matchAll(CALL_ON_FIELD)].filter(([, name]) => name!.includes('lock'))
  return [...new Set(calls.map(([, , field]) => field!))]
}

const readFunction = (lines: readonly string[], begin: number): SourceFunction | undefined => {
  if (!BEGINS.test(lines[begin]!) || NO_FUNCTION.test(lines[begin]!)) return undefined
  const open = bodyAt(lines, begin)
  const end = open === undefined ? -1 : lines.findIndex((line, index) => index > open && line.startsWith('}'))
  if (open === undefined || end < 0) return undefined
  const declaration = lines.slice(begin, open + 1).join(' ')
  const name = /\b(\w+)\s*\(/.exec(declaration)?.[1]
  if (name === undefined) return undefined
  const text = lines.slice(begin, end + 1).join('\n')
  return {
    name,
    first: begin + 1,
    last: end + 1,
    text,
    takes: all(/\bstruct (\w+) \*/g, declaration),
    structs: all(/\bstruct (\w+)/g, text),
    locks: locksIn(text),
  }
}

/** The functions of a C file, in their order. */
export const readSource = (text: string): readonly SourceFunction[] => {
  const lines = text.split('\n')
  const found: SourceFunction[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const one = readFunction(lines, at)
    if (one === undefined) continue
    found.push(one)
    at = one.last - 1
  }
  return found
}

/** The structs that a C file defines. */
export const structsIn = (text: string): readonly string[] => all(/^struct (\w+) \{/gm, text)
