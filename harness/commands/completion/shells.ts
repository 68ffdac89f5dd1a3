// SPDX-License-Identifier: MIT

/** The shells that can complete. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** One of them. */
export type Shell = (typeof SHELLS)[number]
