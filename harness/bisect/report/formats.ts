// SPDX-License-Identifier: MIT

/** The formats of a bisection's report, apart from their writers: help must stay fast. */
export const BISECT_FORMATS = ['plain', 'html', 'junit', 'ktap', 'json', 'sarif', 'markdown'] as const

export type BisectFormat = (typeof BISECT_FORMATS)[number]
