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
  'invalid-free': 'free of what is not an object',
  'null-ptr-deref': 'access near address 0',
  'wild-memory-access': 'access to an address that is no memory',
  'user-memory-access': 'kernel access to a user address',
  'invalid-access': 'tag mismatch (software or hardware tags)',
  'unknown-crash': 'anything that KASAN could not tell',
}

const kindOf = (match: RegExpExecArray): string => {
  const told = (match[1] ?? '').trim()
  if (told === 'double-free or invalid-free') return 'double-free'
  // Up to 4.1 the kinds were written with blanks.
  const bare = told
    .replace(/^maybe | access$/g, '')
    .replaceAll(' ', '-')
    .replace('out-of-bounds-on-stack', 'stack-out-of-bounds')
  return bare in KINDS ? bare : 'unknown-crash'
}

// 6.4 renamed use-after-free of slab objects; one title for both keeps it stable across versions.
const titleKind = (match: RegExpExecArray): string => kindOf(match)

export const kasan: Family = {
  name: 'kasan',
  kinds: KINDS,
  heads: [
    {
      word: ['BUG: KASAN', 'BUG: KASan'],
      re: /^BUG: KAS[Aa][Nn]: ([a-z][a-z -]*?)(?: on address [0-9a-f]+)?(?: in (\S+.*)| at addr .*)?$/,
      kind: kindOf,
      title: (match) => `KASAN: ${titleKind(match)} {access} in {fn}`,
    },
  ],
}
