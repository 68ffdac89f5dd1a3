// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of the workqueue watchdog. */
export const workqueueLockup: Family = {
  name: 'workqueue-lockup',
  kinds: { stuck: 'a worker pool made no progress for too long' },
  heads: [
    {
      word: 'workqueue lockup',
      re: /^BUG: workqueue lockup - pool/,
      kind: 'stuck',
      title: 'BUG: workqueue lockup',
      bare: true,
      blame: 'none',
      everyone: true,
    },
  ],
}
