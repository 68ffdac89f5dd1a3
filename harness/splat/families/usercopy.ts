// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of hardened usercopy, of mm/usercopy.c. */
export const usercopy: Family = {
  name: 'usercopy',
  kinds: {
    exposure: 'too much kernel memory would reach user space',
    overwrite: 'user data would overwrite kernel memory',
  },
  heads: [
    {
      word: 'Kernel memory ',
      re: /^(?:usercopy: )?(?:Bad or missing usercopy whitelist\? )?Kernel memory exposure attempt detected/,
      kind: 'exposure',
      title: 'BUG: bad usercopy in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'Kernel memory ',
      re: /^(?:usercopy: )?(?:Bad or missing usercopy whitelist\? )?Kernel memory overwrite attempt detected/,
      kind: 'overwrite',
      title: 'BUG: bad usercopy in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'kernel memory ',
      re: /^(?:usercopy: )?kernel memory exposure attempt detected/,
      kind: 'exposure',
      title: 'BUG: bad usercopy in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'kernel memory ',
      re: /^(?:usercopy: )?kernel memory overwrite attempt detected/,
      kind: 'overwrite',
      title: 'BUG: bad usercopy in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'mm/usercopy.c',
      re: /^kernel BUG at mm\/usercopy\.c:/,
      kind: 'exposure',
      title: 'BUG: bad usercopy in {fn}',
      blame: 'trap',
    },
  ],
}
