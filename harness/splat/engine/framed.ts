// SPDX-License-Identifier: MIT

/** Families whose reports begin and end with a line of `=`. */
export const FRAMED: ReadonlySet<string> = new Set(['kasan', 'kfence', 'kcsan', 'kmsan'])

/** That line. */
export const FRAME = /^={30,}$/
