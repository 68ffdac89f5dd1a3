// SPDX-License-Identifier: MIT
import type { Blame } from '../family.ts'
import type { Text } from '../lines/shape.ts'
import type { Body } from './report-body.ts'

const CYCLE = /possible (?:circular|recursive) locking/
const HOLDING = /^but (?:task is already holding|now in release context)/
// `1 lock held by foo/43:`, in 7.3 `locks held by foo/43: 1, last CPU#1:`.
const HELD = /^(?:(\d{1,4}) locks? held by |locks held by .{1,80}: (\d{1,4}), last CPU#)/

/** True where fewer locks are listed than the line above them counts. */
const lacksHeld = (texts: readonly string[], { held }: Body): boolean => {
  const at = texts.findIndex((text) => HELD.test(text))
  if (at < 0) return held.length === 0
  const [, before, since] = HELD.exec(texts[at] ?? '') ?? []
  const count = Number(before ?? since)
  const listed = texts.slice(at + 1).filter((text) => /^#\d+: /.test(text))
  return listed.length < count
}

/** True where a report of lockdep lacks a line with a lock, or the line that says what the lock is. */
export const lacksLock = (lines: readonly Text[], blame: Blame | undefined, body: Body): boolean => {
  if (blame !== 'holder' && blame !== 'lock') return false
  const texts = lines.map(({ text }) => text)
  if (blame === 'holder') return lacksHeld(texts, body)
  if (body.at.length === 0) return true
  const has = (start: string): boolean => texts.some((text) => text.startsWith(start))
  // A chain has two ends at least.
  if (has('-> #0 ') && !has('-> #1 ')) return true
  return texts.some((text) => CYCLE.test(text)) && !texts.some((text) => HOLDING.test(text))
}
