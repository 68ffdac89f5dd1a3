// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

const kindOf = (match: RegExpExecArray): string => {
  const message = match[1] ?? ''
  if (/underflow/.test(message)) return 'underflow'
  if (/saturated/.test(message)) return 'saturated'
  if (/decrement hit 0/.test(message)) return 'leak'
  return 'use-after-free'
}

/** Reports of lib/refcount.c. */
export const refcount: Family = {
  name: 'refcount',
  kinds: {
    'use-after-free': 'count incremented from 0',
    underflow: 'count dropped below 0',
    saturated: 'count overflowed',
    leak: 'count dropped to 0 where it must not be 0',
  },
  heads: [
    {
      word: 'refcount_t: ',
      re: /^refcount_t: (.*)/,
      kind: kindOf,
      title: 'WARNING: refcount bug in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'refcount ',
      re: /^refcount (?:overflow|error) (?:detected|report(?:ed)?) (?:in|at)/,
      kind: 'saturated',
      title: 'WARNING: refcount bug in {fn}',
      layer: 'cause',
      blame: 'trap',
      weak: true,
    },
  ],
}
