// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of kmemleak, of mm/kmemleak.c. */
export const kmemleak: Family = {
  name: 'kmemleak',
  kinds: { leak: 'one unreferenced object', suspected: 'only the number of new suspected leaks' },
  heads: [
    {
      word: 'unreferenced object',
      re: /^unreferenced object 0x[0-9a-f]+ \(size \d+\):/,
      kind: 'leak',
      title: 'memory leak in {fn}',
    },
    { word: 'memory leak', re: /^BUG: memory leak$/, kind: 'leak', title: 'memory leak in {fn}', layer: 'cause' },
    {
      word: 'suspected memory leaks',
      re: /^kmemleak: \d+ new suspected memory leaks/,
      kind: 'suspected',
      title: 'kmemleak: suspected memory leaks',
      bare: true,
      single: true,
      last: true,
      blame: 'none',
    },
  ],
}
