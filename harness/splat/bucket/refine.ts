// SPDX-License-Identifier: MIT

const PAGE = 4096n
// What every architecture prints before the address that it could not access.
const BEFORE_ADDRESS = ['virtual address ', 'for address: ', 'at address ', 'Failing address: ', 'data access at ']

const addressAfter = (line: string, words: string): bigint | undefined => {
  const at = line.indexOf(words)
  if (at < 0) return undefined
  const digits = /^(?:0x)?([0-9a-f]{1,16})\b/.exec(line.slice(at + words.length))?.[1]
  return digits === undefined ? undefined : BigInt(`0x${digits}`)
}

// The address is printed before the registers and the stack.
const FIRST = 25

const isLow = (line: string): boolean =>
  BEFORE_ADDRESS.some((words) => (addressAfter(line, words) ?? PAGE) < PAGE) ||
  // With inline checks of KASAN the fault is in its shadow, and this line has the address that was meant.
  line.includes('KASAN: null-ptr-deref in range')

// Up to 5.0 the first line of UBSAN has no kind; the next ones tell it.
const UNDEFINED: readonly (readonly [text: string, name: string])[] = [
  ['signed integer overflow:', 'integer-overflow'],
  ['unsigned integer overflow:', 'integer-overflow'],
  ['shift exponent ', 'shift-out-of-bounds'],
  ['left shift of ', 'shift-out-of-bounds'],
  [' is out of range for type ', 'array-index-out-of-bounds'],
  ['load of value ', 'invalid-load'],
  ['division by zero', 'divide-error'],
  [' within null pointer of type ', 'null-deref'],
  ['null pointer passed as argument', 'null-deref'],
  [' misaligned address ', 'misaligned-access'],
  ['with insufficient space', 'object-size-mismatch'],
]
const WITHIN = 6

const undefinedKind = (lines: readonly string[]): string | undefined => {
  const first = lines.slice(0, WITHIN)
  return UNDEFINED.find(([text]) => first.some((line) => line.includes(text)))?.[1]
}

/** The class that the lines of a report show, where its first line does not tell. */
export const refined = (name: string, lines: readonly string[]): string => {
  if (name === 'wild-access' || name === 'fault') return lines.slice(0, FIRST).some(isLow) ? 'null-deref' : name
  if (name === 'undefined-behaviour') return undefinedKind(lines) ?? name
  return name
}
