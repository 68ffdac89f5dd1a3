// SPDX-License-Identifier: MIT

/** A line of a LAVA job's log: each line of the console is a string in it. */
export interface LavaLine {
  /** `target` and `feedback` come from a machine, the others from LAVA. */
  readonly level: string
  readonly text: string
}

// YAML on one line, or JSON; keys and strings may be quoted.
const LINE =
  /^(?:- )?\{ ?["']?dt["']?: ?["']?[\dT:. +Z-]{8,40}["']?, ?["']?lvl["']?: ?["']?(\w{1,20})["']?, ?(?:["']?ns["']?: ?["']?[^"',]{0,80}["']?, ?)?["']?msg["']?: ?(?:"(.*)"|'(.*)') ?\}$/

const NAMED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
}

const ESCAPE = /\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_, x?: string, u?: string, wide?: string, one?: string) => {
    const code = x ?? u ?? wide
    if (code === undefined) return NAMED[one ?? ''] ?? one ?? ''
    const value = Number.parseInt(code, 16)
    return value > 0x10ffff ? '\ufffd' : String.fromCodePoint(value)
  })

/** Reads a line of a LAVA job's log; undefined when it is none. */
export const parseLava = (line: string): LavaLine | undefined => {
  if (!line.includes('lvl')) return undefined
  const [, level, double, single] = LINE.exec(line.trimEnd()) ?? []
  if (level === undefined) return undefined
  const text = single === undefined ? unescaped(double ?? '') : single.replaceAll("''", "'")
  return { level, text }
}
