// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CpioEntry, newcArchive } from './cpio.ts'

interface Seen {
  path: string
  mode: number
  data: string
}

/** A reader that follows the description of the format and shares nothing with the writer. */
const read = (bytes: Uint8Array): Seen[] => {
  const buffer = Buffer.from(bytes)
  const seen: Seen[] = []
  for (let at = 0; ; ) {
    expect(buffer.toString('latin1', at, at + 6)).toBe('070701')
    const field = (n: number): number => Number.parseInt(buffer.toString('latin1', at + 6 + 8 * n, at + 14 + 8 * n), 16)
    const [mode, size, nameSize] = [field(1), field(6), field(11)]
    const path = buffer.toString('utf8', at + 110, at + 110 + nameSize - 1)
    const start = Math.ceil((at + 110 + nameSize) / 4) * 4
    if (path === 'TRAILER!!!') return seen
    seen.push({ path, mode, data: buffer.toString('latin1', start, start + size) })
    at = Math.ceil((start + size) / 4) * 4
  }
}

test('holds directories, files and nodes in one order', () => {
  const entries: CpioEntry[] = [
    { type: 'file', path: 'init', mode: 0o755, data: Buffer.from('hello') },
    { type: 'char', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { type: 'dir', path: 'dev', mode: 0o755 },
  ]
  expect(read(newcArchive(entries))).toEqual([
    { path: 'dev', mode: 0o040755, data: '' },
    { path: 'dev/console', mode: 0o020600, data: '' },
    { path: 'init', mode: 0o100755, data: 'hello' },
  ])
  expect(newcArchive(entries.toReversed())).toEqual(newcArchive(entries))
})

test('any files come back as they went in', () => {
  const file = fc.record({ name: fc.stringMatching(/^[a-z]{1,12}$/), data: fc.uint8Array({ maxLength: 40 }) })
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: (f) => f.name }), (files) => {
      const archive = newcArchive(files.map(({ name, data }) => ({ type: 'file', path: name, mode: 0o644, data })))
      const wanted = files.map(({ name, data }) => ({
        path: name,
        mode: 0o100644,
        data: Buffer.from(data).toString('latin1'),
      }))
      expect(read(archive)).toEqual(wanted.sort((a, b) => (a.path < b.path ? -1 : 1)))
    }),
  )
})
