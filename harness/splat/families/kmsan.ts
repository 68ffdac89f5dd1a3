// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of KMSAN, of mm/kmsan/. */
export const kmsan: Family = {
  name: 'kmsan',
  kinds: {
    'uninit-value': 'use of a value that was never written',
    'use-after-free': 'use of freed memory',
    infoleak: 'uninitialised bytes are copied out of the kernel',
  },
  heads: [
    {
      word: 'BUG: KMSAN',
      re: /^BUG: KMSAN: uninit-value in .*/,
      kind: 'uninit-value',
      title: 'KMSAN: uninit-value in {fn}',
    },
    {
      word: 'BUG: KMSAN',
      re: /^BUG: KMSAN: use-after-free in .*/,
      kind: 'use-after-free',
      title: 'KMSAN: use-after-free in {fn}',
    },
    {
      word: 'BUG: KMSAN',
      re: /^BUG: KMSAN: (kernel(?:-\w+)?-infoleak(?:-after-free)?) in .*/,
      kind: 'infoleak',
      title: 'KMSAN: {1} in {fn}',
    },
    {
      word: 'BUG: KMSAN',
      re: /^BUG: KMSAN: (?!uninit-value|use-after-free|kernel)[a-z][a-z -]* in .*/,
      kind: 'uninit-value',
      title: 'KMSAN: uninit-value in {fn}',
    },
  ],
}
