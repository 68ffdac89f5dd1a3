// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'

// What one lane leaves, every later one sees, and the first alone reports it: the lane is chance.
const LEFT = ['balance', 'state']

/** What makes two findings the same failure: a title alone may be generic. Lines move with every patch. */
export const identityOf = ({ oracle, kind, title, lane, file }: Finding): string =>
  [oracle, kind, title, LEFT.includes(oracle) ? null : lane, file].join('\n')
