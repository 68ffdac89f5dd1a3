// SPDX-License-Identifier: MIT

/** A probability in percent. */
export const percent = (p: number): string => (p > 0 && p < 0.0001 ? '<0.01 %' : `${(100 * p).toFixed(2)} %`)

/** What the marks of a drawn graph mean. */
export const LEGEND = '- bad, + good, s skipped, ? undecided, . not tested'
