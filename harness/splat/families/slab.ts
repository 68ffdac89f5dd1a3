// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/poison/i, 'poison'],
  [/redzone|padding/i, 'redzone'],
  [/free ?pointer|freelist|freechain/i, 'freelist'],
  [/objects remaining/i, 'remaining'],
  [/already free|double free/i, 'double-free'],
]

const kindOf = (message: string): string => KINDS.find(([re]) => re.test(message))?.[1] ?? 'corruption'

/** Reports of the slab allocators, of mm/slub.c and mm/slab.c. */
export const slab: Family = {
  name: 'slab',
  kinds: {
    poison: 'freed object was written to',
    redzone: 'bytes around an object were overwritten',
    freelist: 'free list is broken',
    remaining: 'cache was destroyed with objects in it',
    'double-free': 'object was freed twice',
    corruption: 'any other damage of a slab',
  },
  heads: [
    {
      word: 'ainted',
      re: /^BUG (\S.*?) \((?:Not tainted|Tainted[^()]*)\): (.+)/,
      kind: (m) => kindOf(m[2] ?? ''),
      title: (m) => `BUG: slab ${kindOf(m[2] ?? '')} in {fn}`,
    },
    // 7.3 prints this line before the report, which then only says `Object corrupt`.
    {
      word: ' overwritten] 0x',
      re: /^\[([A-Z][A-Za-z ]{2,30}) overwritten\] 0x/,
      kind: (m) => kindOf(m[1] ?? ''),
      title: (m) => `BUG: slab ${kindOf(m[1] ?? '')} in {fn}`,
      layer: 'cause',
    },
    {
      word: 'Slab corruption',
      re: /^Slab corruption(?: \((?:Not tainted|Tainted[^)]*)\))?:/,
      kind: 'poison',
      title: 'BUG: slab poison in {fn}',
    },
    {
      word: 'slab error in',
      re: /^slab error in (\w+)\(\): cache [`'](.*?)': (.*)/,
      kind: (m) => kindOf(`${m[1]} ${m[3]}`),
      title: (m) => `BUG: slab ${kindOf(`${m[1]} ${m[3]}`)} in {fn}`,
    },
    {
      word: 'Slab cache still has',
      re: /^kmem_cache_destroy \S+: Slab cache still has objects/,
      kind: 'remaining',
      title: 'BUG: slab remaining in {fn}',
      blame: 'trace',
      layer: 'cause',
    },
    {
      word: 'mm/slub.c',
      re: /^WARNING: .*mm\/slub\.c:\d+ (?:at )?(?:__slab_err|slab_err|object_err|slab_pad_check|check_bytes_and_report|__kmem_cache_shutdown|list_slab_objects)\b/,
      kind: 'corruption',
      title: 'BUG: slab corruption in {fn}',
      layer: 'trap',
    },
    {
      word: 'Wrong slab cache',
      re: /^cache_from_obj: Wrong slab cache\./,
      kind: 'corruption',
      title: 'BUG: slab corruption in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
  ],
  patience: 40,
}
