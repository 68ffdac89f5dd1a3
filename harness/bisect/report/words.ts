// SPDX-License-Identifier: MIT

/** A probability in percent; only certainty is 0 or 100 %. */
export const percent = (p: number): string => {
  if (p === 0 || p === 1) return `${100 * p} %`
  if (p < 0.0001) return '<0.01 %'
  return p > 0.9999 ? '>99.99 %' : `${(100 * p).toFixed(2)} %`
}

/** What the marks of a drawn graph mean. */
export const LEGEND = '- bad, + good, s skipped, ? undecided, . not tested'
