// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of the NMI watchdog: a CPU that takes no interrupts. */
export const hardLockup: Family = {
  name: 'hard-lockup',
  kinds: {
    nmi: 'a CPU took no interrupts for too long',
    'unknown-nmi': 'an NMI whose reason is unknown stopped the kernel',
  },
  heads: [
    {
      word: 'hard LOCKUP',
      re: /^(?:NMI watchdog: |watchdog: )?(?:BUG: )?Watchdog detected hard LOCKUP on cpu/,
      kind: 'nmi',
      title: 'NMI watchdog: hard LOCKUP in {fn}',
      blame: 'stall',
      everyone: true,
    },
    {
      word: ['Hard LOCKUP', 'hard LOCKUP'],
      re: /^(?:watchdog: )?CPU#?\d+: Watchdog detected hard LOCKUP|^[Ww]atchdog:? CPU:? ?\d+ Hard LOCKUP|^watchdog: CPU \d+ (?:self-detected hard LOCKUP|detected hard LOCKUP on other CPUs)/,
      kind: 'nmi',
      title: 'NMI watchdog: hard LOCKUP in {fn}',
      blame: 'stall',
      everyone: true,
    },
  ],
  patience: 40,
}
