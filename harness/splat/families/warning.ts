// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** WARN() and similar. */
export const warning: Family = {
  name: 'warning',
  kinds: { warn: 'WARN_ON() and similar' },
  heads: [
    {
      word: 'WARNING: ',
      re: /^WARNING: CPU: \d+ PID: \d+ at (\S+)(?: (\S+))?/,
      kind: 'warn',
      title: 'WARNING in {fn}',
      blame: 'trap',
    },
    {
      word: 'WARNING: ',
      // Since 6.18 the condition may stand before the file: `WARNING: [x == NULL] mm/foo.c:12 at foo+0x1/0x2, CPU#0: …`.
      re: /^WARNING: (?:\[.*\] )?(?:at )?[\w.~+@/-]+\.(?:[chS]|rs):\d+ (?:at )?\S+/,
      kind: 'warn',
      title: 'WARNING in {fn}',
      blame: 'trap',
    },
    // A kernel that was built without the names of files.
    {
      word: 'WARNING: ',
      re: /^WARNING: (?:\[.*\] )?at [\w$.]+\+0x[0-9a-f]+\/0x[0-9a-f]+/,
      kind: 'warn',
      title: 'WARNING in {fn}',
      blame: 'trap',
    },
    {
      word: 'kernel stack',
      re: /^WARNING: kernel stack (?:regs|frame pointer) at .* (?:has|have) bad/,
      kind: 'warn',
      title: 'WARNING: kernel stack regs has bad value',
      bare: true,
      blame: 'none',
      aside: true,
    },
    {
      word: ['stack going in the', 'stack recursion on', 'registers at'],
      re: /^WARNING: (?:stack (?:going in the wrong direction|recursion on stack type)|can't (?:dereference|access) (?:iret )?registers)/,
      kind: 'warn',
      title: 'WARNING: unwinder met a bad stack',
      bare: true,
      blame: 'none',
      aside: true,
    },
  ],
}
