// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { families } from './families.ts'
import { createSplatReader, readSplats, type Splat } from './index.ts'

const root = join(import.meta.dirname, 'corpus')
const update = process.env.UPDATE === '1'

const logs = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.log'))
  .sort()

const names = (frames: Splat['frames']) =>
  frames
    .filter((frame) => !frame.unreliable)
    .slice(0, 8)
    .map((frame) => [...frame.inlined.map((call) => call.function), frame.function].join(' < '))

/** What is held down of a reading: everything that a reader of the report would check by hand. */
const reading = (splats: readonly Splat[]) =>
  splats.map(({ fingerprint: _, frames, allocStack, freeStack, lines, ...rest }) => ({
    ...rest,
    frames: names(frames),
    allocStack: names(allocStack),
    freeStack: names(freeStack),
    lines: lines.length,
  }))

test.each(logs)('%s', (name) => {
  const bytes = readFileSync(join(root, name))
  const expected = join(root, name.replace(/\.log$/, '.json'))
  const actual = reading(readSplats(bytes))
  if (update) writeFileSync(expected, `${JSON.stringify(actual, null, 1)}\n`)
  expect(actual).toEqual(JSON.parse(readFileSync(expected, 'utf8')))
})

test.each(logs)('%s: the folder names the family, clean logs have none', (name) => {
  const family = name.split('/')[0] ?? ''
  const found = readSplats(readFileSync(join(root, name)))
  if (family === 'clean') expect(found).toEqual([])
  else expect(found.map((splat) => splat.family)).toContain(family)
})

test('every kind read is a published one', () => {
  for (const name of logs) {
    for (const splat of readSplats(readFileSync(join(root, name)))) {
      const family = families.find((candidate) => candidate.name === splat.family)
      expect(Object.keys(family?.kinds ?? {}), relative(root, name)).toContain(splat.kind)
    }
  }
})

test('reading byte by byte changes nothing', () => {
  for (const name of logs.slice(0, 20)) {
    const bytes = readFileSync(join(root, name))
    const reader = createSplatReader()
    for (const byte of bytes) reader.push(Uint8Array.of(byte))
    expect(reader.end()).toEqual(readSplats(bytes))
  }
})
