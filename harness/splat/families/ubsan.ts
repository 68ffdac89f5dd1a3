// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

const KINDS = {
  'array-index-out-of-bounds': 'index beyond an array',
  'shift-out-of-bounds': 'shift by too much or of a negative value',
  'integer-overflow': 'signed or unsigned overflow',
  'divide-error': 'division overflow',
  'object-size-mismatch': 'access to an object that is too small',
  'misaligned-access': 'misaligned pointer',
  'null-ptr-deref': 'null pointer passed or used',
  'invalid-load': 'value that its type cannot hold',
  unreachable: 'unreachable code was reached',
  undefined: 'any other undefined behaviour',
}

// Traps print the kind with blanks.
const hyphened = (match: RegExpExecArray): string => (match[1] ?? '').toLowerCase().replaceAll(' ', '-')

const kindOf = (match: RegExpExecArray): string => {
  const printed = hyphened(match)
  if (Object.hasOwn(KINDS, printed)) return printed
  if (/overflow/.test(printed)) return 'integer-overflow'
  if (/division/.test(printed)) return 'divide-error'
  return 'undefined'
}

/** Reports of UBSAN, of lib/ubsan.c. */
export const ubsan: Family = {
  name: 'ubsan',
  kinds: KINDS,
  heads: [
    {
      word: 'UBSAN: ',
      re: /^UBSAN: [Uu]ndefined behaviour in (\S+?):/,
      kind: 'undefined',
      title: 'UBSAN: undefined-behaviour in {fn}',
    },
    { word: 'UBSAN: ', re: /^UBSAN: ([a-z][a-z-]+) in (\S+)/, kind: kindOf, title: 'UBSAN: {1} in {fn}' },
    {
      word: 'UBSAN: ',
      re: /^(?:Internal error: |Oops: )?UBSAN: ([\w -]+)(?:: [0-9a-f]+ \[#| (?:at|in) [\w.$]+\+0x)/,
      kind: kindOf,
      title: (match) => `UBSAN: ${hyphened(match)} in {fn}`,
      blame: 'trap',
      layer: 'cause',
    },
  ],
}
