// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of KCSAN, of kernel/kcsan/. */
export const kcsan: Family = {
  name: 'kcsan',
  kinds: { 'data-race': 'two unmarked accesses race', assert: 'an ASSERT_EXCLUSIVE was violated' },
  heads: [
    {
      word: 'BUG: KCSAN',
      re: /^BUG: KCSAN: data-race in /,
      kind: 'data-race',
      title: 'KCSAN: data-race in {race}',
      blame: 'race',
    },
    {
      word: 'BUG: KCSAN',
      re: /^BUG: KCSAN: assert: race in /,
      kind: 'assert',
      title: 'KCSAN: assert: race in {race}',
      blame: 'race',
    },
  ],
}
