// SPDX-License-Identifier: MIT
import type { Random } from './random.ts'

/** Texts that were trouble somewhere: paths, numbers, escapes, commands of a CI, names of Object. */
export const NASTY: readonly string[] = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\n',
  '\t',
  '-',
  '--',
  '..',
  '../../../../etc/passwd',
  '/dev/zero',
  '/proc/self/environ',
  '-1',
  '0',
  '1e999',
  'NaN',
  '0x10',
  '９',
  '999999999999999999999999',
  'constructor',
  '__proto__',
  'toString',
  '%s%n',
  '$HOME',
  '$(touch evil)',
  '`touch evil`',
  '; touch evil',
  '| touch evil',
  '\u001b[31mred',
  '\u001b]0;title\u0007',
  '\u009b2J',
  'x\n::error::forged',
  '::set-output name=x::y',
  '##[error]forged',
  '\u202ereversed',
  '\ud800',
  '\u2028',
  'ä€😀',
  'a'.repeat(10_000),
  '[[[[[[[['.repeat(500),
  '{"a":'.repeat(500),
  '(a+)+$',
  '*',
  '?',
  '"',
  "'",
  '\\',
  ',',
  '#',
  ':',
]

type Mutation = (lines: string[], random: Random) => void

const MUTATIONS: readonly Mutation[] = [
  (lines, random) => void lines.splice(random.below(lines.length)),
  (lines, random) => void lines.splice(random.below(lines.length), 1),
  (lines, random) => void lines.splice(random.below(lines.length), 0, random.pick(lines)),
  (lines, random) => void lines.splice(random.below(lines.length), 0, random.pick(NASTY)),
  (lines, random) => {
    const at = random.below(lines.length)
    const line = lines[at]!
    const cut = random.below(line.length + 1)
    lines[at] = line.slice(0, cut) + random.pick(NASTY) + line.slice(cut)
  },
  (lines, random) => {
    const at = random.below(lines.length)
    lines[at] = lines[at]!.replace(/\d+/, random.pick(['0', '-1', '4294967296', '9'.repeat(30), '1.5']))
  },
  (lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)]
    ;[lines[a], lines[b]] = [lines[b]!, lines[a]!]
  },
  (lines, random) => {
    const at = random.below(lines.length)
    lines[at] = lines[at]!.repeat(random.pick([2, 50, 2_000]))
  },
]

/** `text` with one to four changes. */
export const mutated = (text: string, random: Random): string => {
  const lines = text.split('\n')
  for (let left = 1 + random.below(4); left > 0 && lines.length > 0; left -= 1) random.pick(MUTATIONS)(lines, random)
  return lines.join('\n')
}

/** `bytes` with some bits flipped, a part missing, or a part twice. */
export const damaged = (bytes: Buffer, random: Random): Buffer => {
  const at = random.below(bytes.length)
  const to = at + random.below(bytes.length - at)
  switch (random.below(4)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)])
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
    default: {
      const copy = Buffer.from(bytes)
      for (let left = 1 + random.below(16); left > 0; left -= 1)
        copy[random.below(copy.length)]! ^= 1 << random.below(8)
      return copy
    }
  }
}

/** A copy of a JSON value in which one place has another value. */
export const bentJson = (value: unknown, random: Random): unknown => {
  if (typeof value !== 'object' || value === null || random.below(6) === 0)
    return random.pick<unknown>([null, -1, 1e308, true, [], {}, [[]], random.pick(NASTY), random.pick(NASTY)])
  const entries = Object.entries(value)
  const key = random.pick(entries)?.[0]
  if (random.below(8) === 0) entries.push([random.pick(NASTY), random.pick(NASTY)])
  const bent = entries.map(([name, entry]) => [name, name === key ? bentJson(entry, random) : entry])
  return Array.isArray(value) ? bent.map(([, entry]) => entry) : Object.fromEntries(bent)
}
