// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'

/** What makes two findings the same failure: a title alone may be generic. Lines move with every patch. */
export const identityOf = ({ oracle, kind, title, lane, file }: Finding): string =>
  [oracle, kind, title, lane, file].join('\n')
