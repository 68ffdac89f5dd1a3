// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { families } from '../splat/families.ts'
import { createSplatReader } from '../splat/index.ts'
import { splatSchema } from '../splat/model.ts'
import { corpusNames, joinFile, parseHeader, readCorpus, readingOf, splitFile, updateHeader } from './corpus.ts'
import { often } from './often.ts'
import { readSplats } from './splats.ts'

const names = corpusNames()
const files = new Map(names.map((name) => [name, readCorpus(name)]))
const splatsOf = new Map([...files].map(([name, { log }]) => [name, readSplats(log)]))

test.each(names)('%s', (name) => {
  const file = files.get(name)!
  const actual = splatsOf.get(name)!.map(readingOf)
  if (process.env.UPDATE === '1') updateHeader(file, actual)
  else expect(actual).toEqual(parseHeader(file))
})

test.each(names)('%s: the folder names the family, clean logs have none', (name) => {
  const family = name.split('/')[0]!
  const found = splatsOf.get(name)!
  if (family === 'clean') expect(found).toEqual([])
  else expect(found.map((splat) => splat.family)).toContain(family)
})

test('every kind read is a published one', () => {
  for (const [name, splats] of splatsOf) {
    for (const splat of splats) {
      const family = families.find((candidate) => candidate.name === splat.family)
      expect(Object.keys(family?.kinds ?? {}), name).toContain(splat.kind)
    }
  }
})

test('the published schema keeps every splat whole', () => {
  for (const splats of splatsOf.values()) {
    const json = JSON.parse(JSON.stringify(splats))
    expect(json.map((splat: unknown) => splatSchema.parse(splat))).toEqual(splats)
  }
})

test('reading byte by byte changes nothing', () => {
  for (const name of names.filter((_, index) => index % often(24, 1) === 0)) {
    const reader = createSplatReader()
    for (const byte of files.get(name)!.log) reader.push(Uint8Array.of(byte))
    expect(reader.end()).toEqual(splatsOf.get(name))
  }
})

test('the README lists every family and kind; the corpus has two logs of each family', () => {
  const readme = readFileSync(join(import.meta.dirname, '../splat/README.md'), 'utf8')
  for (const { name, kinds } of families) {
    const row = Object.entries(kinds).map(([kind, meaning]) => `\`${kind}\` ${meaning}`)
    expect(readme).toContain(`| \`${name}\` | ${row.join('; ')} |`)
    // The end of a machine is not in its log, except for a reboot.
    if (name === 'no-output' || name === 'lost-guest') continue
    expect(names.filter((log) => log.startsWith(`${name}/`)).length, name).toBeGreaterThanOrEqual(2)
  }
})

describe('the format of a file', () => {
  const readings = [...splatsOf.values()].filter((splats) => splats.length > 0).map((splats) => splats.map(readingOf))

  test('any log with any readings is read back as it was written', () => {
    fc.assert(
      fc.property(fc.constantFrom([], ...readings), fc.uint8Array(), fc.boolean(), (expected, bytes, separated) => {
        const log = Buffer.concat([Buffer.from(separated ? '---\n\n---\n' : ''), bytes])
        const file = splitFile(joinFile(expected, log), 'a.log')
        expect(file.log.equals(log)).toBe(true)
        expect(parseHeader(file)).toEqual(expected)
      }),
    )
  })

  const whole = '- title: Oops in foo\n  family: oops\n  kind: fault\n  line: 2\n  lines: 7\n---\nOops\n'

  test.each<[string, string, string, string]>([
    ['the separator is cut off', '---\n', '--\n', 'a.log:1: no line --- ends the header'],
    ['a key is misspelt', 'family', 'famly', 'a.log:2:3: [0]: unknown key "famly" — did you mean family?'],
    ['a key is missing', '  kind: fault\n', '', 'a.log:1:3: [0].kind: Invalid input: expected string'],
    ['a number is no number', 'line: 2', 'line: two', 'a.log:4:9: [0].line: Invalid input: expected number'],
    ['a line is torn', '  kind: fault', '  kind', 'a.log:3:3: '],
    ['a key is there twice', '  kind: fault', '  kind: fault\n  kind: fault', 'a.log:4:3: Map keys must be unique'],
    ['it is not a list', '- title', '  title', 'a.log:1:3: Invalid input: expected array, received object'],
  ])('a damaged header is an error with file and line: %s', (_, from, to, message) => {
    expect(whole).toContain(from)
    const read = () => parseHeader(splitFile(Buffer.from(whole.replace(from, to)), 'a.log'))
    expect(read).toThrow(UsageError)
    expect(read).toThrow(message)
  })
})
