// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { createSplatReader } from '../../splat/index.ts'
import { excerptOf, SPLATS } from './faults/consoles.ts'
import { captured } from './recording.ts'

const consoleOf = (from: string, to: string): string => {
  const text = captured('after')
    .console.map((line) => line.text)
    .join('')
  return text.slice(text.indexOf(from), text.indexOf(to))
}
const AHEAD = consoleOf('Adding 524284k swap', 'lane pump starts')
const BEHIND = consoleOf('lane pump ends', 'reboot: Restarting')

const read = (...parts: readonly string[]) => {
  const reader = createSplatReader({ expectOomKills: true })
  for (const part of parts) reader.push(Buffer.from(part, 'latin1'))
  return reader.end()
}

// Every byte of real reports: the campaign cuts them at a few, end to end.
describe.each(SPLATS)('%s', (name) => {
  const { text, headEnd } = excerptOf(name)
  const whole = read(AHEAD, text, BEHIND)

  test('is read', () => expect(whole.length).toBeGreaterThan(0))

  test('cut at any byte after its head, it is still a report', () => {
    const missed = []
    for (let at = headEnd; at <= text.length; at++)
      if (read(AHEAD, text.slice(0, at), BEHIND).length === 0) missed.push(at)
    expect(missed).toEqual([])
  })

  test('in two chunks, parted at any byte, it reads the same', () => {
    const other = []
    for (let at = 0; at <= text.length; at++) {
      const found = read(`${AHEAD}${text.slice(0, at)}`, `${text.slice(at)}${BEHIND}`)
      if (JSON.stringify(found) !== JSON.stringify(whole)) other.push(at)
    }
    expect(other).toEqual([])
  })
})
