// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { families } from '../splat/families.ts'
import { createSplatReader, type Splat } from '../splat/index.ts'
import { readSplats } from './splats.ts'

const root = join(import.meta.dirname, 'corpus')
const update = process.env.UPDATE === '1'

const logs = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.log'))
  .sort()

const bytesOf = new Map(logs.map((name) => [name, readFileSync(join(root, name))]))
const readingOf = new Map([...bytesOf].map(([name, bytes]) => [name, readSplats(bytes)]))

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
  const expected = join(root, name.replace(/\.log$/, '.json'))
  const actual = reading(readingOf.get(name) ?? [])
  if (update) writeFileSync(expected, `${JSON.stringify(actual, null, 1)}\n`)
  expect(actual).toEqual(JSON.parse(readFileSync(expected, 'utf8')))
})

test.each(logs)('%s: the folder names the family, clean logs have none', (name) => {
  const family = name.split('/')[0] ?? ''
  const found = readingOf.get(name) ?? []
  if (family === 'clean') expect(found).toEqual([])
  else expect(found.map((splat) => splat.family)).toContain(family)
})

test('every kind read is a published one', () => {
  for (const name of logs) {
    for (const splat of readingOf.get(name) ?? []) {
      const family = families.find((candidate) => candidate.name === splat.family)
      expect(Object.keys(family?.kinds ?? {}), relative(root, name)).toContain(splat.kind)
    }
  }
})

test('reading byte by byte changes nothing', () => {
  for (const name of logs.filter((_, index) => index % 12 === 0)) {
    const reader = createSplatReader()
    for (const byte of bytesOf.get(name) ?? []) reader.push(Uint8Array.of(byte))
    expect(reader.end()).toEqual(readingOf.get(name))
  }
})

test('the README lists every family and kind; the corpus has two logs of each family', () => {
  const readme = readFileSync(join(import.meta.dirname, '../splat/README.md'), 'utf8')
  for (const { name, kinds } of families) {
    expect(readme).toContain(`| \`${name}\` |`)
    for (const kind of Object.keys(kinds)) expect(readme).toContain(`\`${kind}\``)
    // How a machine ended is not in its log, but for the reboot.
    if (name === 'no-output' || name === 'lost-guest') continue
    expect(logs.filter((log) => log.startsWith(`${name}/`)).length, name).toBeGreaterThanOrEqual(2)
  }
})
