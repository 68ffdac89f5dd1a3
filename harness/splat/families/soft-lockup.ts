// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of the soft lockup watchdog. */
export const softLockup: Family = {
  name: 'soft-lockup',
  kinds: { stuck: 'a CPU did not schedule for too long' },
  heads: [
    {
      word: 'BUG: soft lockup',
      re: /^(?:NMI watchdog: |watchdog: )?BUG: soft lockup - CPU#\d+ stuck for/,
      kind: 'stuck',
      title: 'BUG: soft lockup in {fn}',
      blame: 'stall',
      everyone: true,
    },
  ],
  patience: 40,
}
