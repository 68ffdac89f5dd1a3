// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

const KINDS: Readonly<Record<string, readonly [kind: string, title: string]>> = {
  'use-after-free': ['use-after-free', 'use-after-free'],
  'out-of-bounds': ['out-of-bounds', 'out-of-bounds'],
  'memory corruption': ['memory-corruption', 'memory corruption'],
  'invalid free': ['invalid-free', 'invalid free'],
  invalid: ['invalid', 'invalid'],
}

/** Reports of KFENCE, of mm/kfence/. */
export const kfence: Family = {
  name: 'kfence',
  kinds: {
    'use-after-free': 'access to a freed object',
    'out-of-bounds': 'access beyond an object',
    'memory-corruption': 'bytes next to an object were overwritten',
    'invalid-free': 'free of an address that is not an object, or a second free',
    invalid: 'access inside the pool to no object',
  },
  heads: [
    {
      word: 'BUG: KFENCE',
      re: /^BUG: KFENCE: (use-after-free|out-of-bounds|memory corruption|invalid free|invalid)(?: (read|write|RW))?(?: in (\S[\s\S]*))?$/,
      kind: (match) => KINDS[match[1] ?? '']?.[0] ?? 'invalid',
      title: (match) => {
        const access = match[2] === undefined ? '' : ` ${match[2]}`
        return `KFENCE: ${KINDS[match[1] ?? '']?.[1] ?? 'invalid'}${access} in {fn}`
      },
    },
  ],
}
