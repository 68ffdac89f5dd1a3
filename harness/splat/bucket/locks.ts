// SPDX-License-Identifier: MIT
import { toRecords } from '../lines/record.ts'

// `-> #1 (&a->lock){+.+.}-{3:3}:`, `ffff888012345678 (&a->lock){+.+.}-{3:3}, at: foo+0x1/0x2`; in `{}` the uses.
const LOCK = /^(?:-> #\d{1,4} |[0-9a-f]{8,16} )?\((.+)\)\{[^}]{4,9}\}/
// The held locks and the scenario, which only repeat names, or have more of them.
const END = 'other info that might help us debug'

// `#3` counts the classes of a name in the order of their registration. Up to 5.x a spinlock's name is `&(NAME)->rlock`.
const plainLock = (name: string): string =>
  name
    .replace(/#\d+/g, '')
    .replace(/^&\((.*)\)->(?:rlock|wait_lock)$/, '$1')
    .replace(/\(w(?:q|ork)_completion\)/g, '')

/** The locks that a report of lockdep is about, by name. */
export const locksOf = (lines: readonly string[]): readonly string[] => {
  const names = new Set<string>()
  for (const line of lines) {
    if (line.includes(END)) break
    if (!line.includes('){')) continue
    for (const { text } of toRecords(line, 0)) {
      const name = LOCK.exec(text)?.[1]
      if (name !== undefined) names.add(plainLock(name))
    }
  }
  return [...names].sort()
}
