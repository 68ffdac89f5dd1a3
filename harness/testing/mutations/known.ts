// SPDX-License-Identifier: MIT
import type { MutationName } from './campaign.ts'

/**
 * The share of mutations that today's engine reads wrong, over the whole corpus: it must not grow. What is left is mostly a
 * report whose header was lost, so that the panic after it is read alone, and two reports that share a console without
 * caller ids. Lower a share when some are mended.
 */
export const KNOWN: Readonly<Record<MutationName, number>> = {
  cut: 0,
  'late start': 0.0025,
  drop: 0.0025,
  repeat: 0.0015,
  prefix: 0,
  interleave: 0.05,
}
