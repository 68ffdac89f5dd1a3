// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** How a machine ended; a log alone tells only the reboot. */
export const unexpectedReboot: Family = {
  name: 'unexpected-reboot',
  kinds: { banner: 'a second boot began that nothing in the log asked for' },
  heads: [],
}

export const noOutput: Family = {
  name: 'no-output',
  kinds: { silent: 'the console said nothing for too long' },
  heads: [],
}

export const lostGuest: Family = {
  name: 'lost-guest',
  kinds: { gone: 'the machine ended or no longer answers, without a report' },
  heads: [],
}
