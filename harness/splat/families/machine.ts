// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** A second boot; the only end of a machine that its log shows. */
export const unexpectedReboot: Family = {
  name: 'unexpected-reboot',
  kinds: { banner: 'a second boot that nothing in the log ordered' },
  heads: [],
}

/** A silent console. No log shows it: the liveness oracle reports it. */
export const noOutput: Family = {
  name: 'no-output',
  kinds: { silent: 'the console said nothing for too long' },
  heads: [],
}

/** A machine that is gone. No log shows it: the liveness oracle reports it. */
export const lostGuest: Family = {
  name: 'lost-guest',
  kinds: { gone: 'the machine ended without a report' },
  heads: [],
}
