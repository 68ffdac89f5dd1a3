// SPDX-License-Identifier: MIT

/** Families whose reports begin and end with a line of `=`. */
export const FRAMED: ReadonlySet<string> = new Set(['kasan', 'kfence', 'kcsan', 'kmsan'])

/** Families whose header lines have a line of `=` above them. */
export const OPENED: ReadonlySet<string> = new Set([...FRAMED, 'ubsan', 'lockdep', 'slab'])

/** The line that ends an Oops or a WARNING. The name of a task may begin like it, but is shorter. */
export const MARKER = /^---\[ end (?:trace [0-9a-f\]]|Kernel panic)/

/** The line of `=`. */
export const FRAME = /^={30,}$/
