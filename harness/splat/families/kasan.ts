// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

const KINDS = {
  'use-after-free': 'access to freed memory',
  'slab-use-after-free': 'access to a freed slab object',
  'slab-out-of-bounds': 'access beyond a slab object',
  'global-out-of-bounds': 'access beyond a global variable',
  'stack-out-of-bounds': 'access beyond a stack variable',
  'alloca-out-of-bounds': 'access beyond a variable-length array',
  'vmalloc-out-of-bounds': 'access beyond a vmalloc area',
  'out-of-bounds': 'access beyond an object of unknown kind',
  'use-after-scope': 'access to a stack variable out of its scope',
  'double-free': 'object freed twice',
  'invalid-free': 'free of an address that is not an object',
  'null-ptr-deref': 'access near address 0',
  'wild-memory-access': 'access to an address that is not memory',
  'user-memory-access': 'kernel access to a user address',
  'invalid-access': 'tag mismatch (software or hardware tags)',
  'unknown-crash': 'any other bad access',
}

const kindOf = (match: RegExpExecArray): string => {
  const printed = (match[1] ?? '').trim()
  if (printed === 'double-free or invalid-free') return 'double-free'
  // Up to 4.1 the kinds are printed with blanks.
  const bare = printed
    .replace(/^maybe | access$/g, '')
    .replaceAll(' ', '-')
    .replace('out-of-bounds-on-stack', 'stack-out-of-bounds')
  return Object.hasOwn(KINDS, bare) ? bare : 'unknown-crash'
}

/** Reports of KASAN, of mm/kasan/. */
export const kasan: Family = {
  name: 'kasan',
  kinds: KINDS,
  heads: [
    {
      word: ['BUG: KASAN', 'BUG: KASan'],
      re: /^BUG: KAS[Aa][Nn]: ([a-z][a-z -]*?)(?: on address +(?:[0-9a-f]+|\(null\)))?(?: in (\S[\s\S]*)| at addr [\s\S]*)?$/,
      kind: kindOf,
      // Since 6.4 `slab-use-after-free` replaces `use-after-free` of slab objects: such a bug has another title there.
      title: (match) => `KASAN: ${kindOf(match)} {access} in {fn}`,
    },
  ],
}
