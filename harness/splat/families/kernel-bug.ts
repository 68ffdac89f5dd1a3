// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** BUG() and BUG_ON(). */
export const kernelBug: Family = {
  name: 'kernel-bug',
  kinds: { bug: 'BUG() or BUG_ON() was reached' },
  heads: [
    {
      word: 'ernel BUG at',
      re: /^(?:------------\[ cut here \]-+ ?)?[kK]ernel BUG at (\S+?):\d+/,
      kind: 'bug',
      title: 'kernel BUG in {fn}',
      blame: 'trap',
    },
    {
      word: 'verbose debug info',
      re: /^[kK]ernel BUG at (\S+) \[verbose debug info unavailable\]/,
      kind: 'bug',
      title: 'kernel BUG in {fn}',
      blame: 'trap',
    },
    {
      word: 'ernel BUG [#',
      re: /^Kernel BUG \[#\d+\]/,
      kind: 'bug',
      title: 'kernel BUG in {fn}',
      blame: 'trap',
      layer: 'trap',
    },
    {
      word: 'ernel bug detected',
      re: /^Kernel bug detected\[#\d+\]/,
      kind: 'bug',
      title: 'kernel BUG in {fn}',
      blame: 'trap',
      layer: 'trap',
    },
  ],
}
