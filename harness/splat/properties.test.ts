// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../testing/corpus.ts'
import { readSplats } from '../testing/splats.ts'
import { headWords, matchHead } from './families.ts'
import { createSplatReader } from './index.ts'
import { toRecords } from './lines/record.ts'
import { MAX_LINE_BYTES, makeLineSource } from './lines/source.ts'
import { makeWordFinder } from './lines/words.ts'
import { normalizeText, plainName } from './parse/title.ts'

const logs = corpusNames()
  .map((name) => readCorpus(name).log)
  .filter((bytes) => bytes.length < 64 * 1024)

/** Each log with its reading, made once. */
const readings = logs.map((log) => ({ log, splats: readSplats(log) }))
const anyReading = fc.constantFrom(...readings)

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
      readSplats(bytes)
    }),
  )
})

test('never throws on lines of real reports in any order', () => {
  const lines = logs.flatMap((log) => log.toString('latin1').split('\n'))
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 200 }), (picked) => {
      for (const splat of readSplats(picked.join('\n'))) {
        expect(splat.lines.length).toBeGreaterThan(0)
        expect(splat.title).not.toMatch(/\{\w+\}/)
      }
    }),
    { numRuns: 60 },
  )
})

test('any prefix reads, to the same reports or fewer or corrupted ones', () => {
  fc.assert(
    fc.property(anyReading, fc.double({ min: 0, max: 1, noNaN: true }), ({ log, splats: whole }, share) => {
      const part = readSplats(log.subarray(0, Math.floor(log.length * share)))
      expect(part.length).toBeLessThanOrEqual(whole.length + 1)
      for (const [index, splat] of part.entries()) {
        const full = whole[index]
        if (index < part.length - 1 && full !== undefined) expect(splat.family).toBe(full.family)
      }
    }),
    { numRuns: 100 },
  )
})

test('splitting the input anywhere changes nothing', () => {
  fc.assert(
    fc.property(anyReading, fc.array(fc.nat(), { maxLength: 12 }), ({ log, splats: whole }, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (log.length + 1)), log.length].sort((a, b) => a - b)
      const reader = createSplatReader()
      for (const [index, place] of places.slice(1).entries()) reader.push(log.subarray(places[index], place))
      expect(reader.end()).toEqual(whole)
    }),
    { numRuns: 100 },
  )
})

test('splitting a string between surrogates changes nothing', () => {
  const text = '[    1.000000] BUG: memory \u{1f600} leak\nunreferenced object 0xffff888117ed5a00 (size 232):\n'
  fc.assert(
    fc.property(fc.nat(text.length), (cut) => {
      const reader = createSplatReader()
      reader.push(text.slice(0, cut))
      reader.push(text.slice(cut))
      expect(reader.end()).toEqual(readSplats(text))
    }),
  )
})

test('no line is lost: every line comes out once, in order, with its number', () => {
  const line = fc.string({ maxLength: 80 }).map((text) => text.replace(/[\r\n]/g, ''))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(), { maxLength: 8 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
      const got: string[] = []
      const source = makeLineSource({ idle: false, line: (raw, number) => got.push(`${number} ${raw}`) }, () => -1)
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
      for (const [index, place] of places.slice(1).entries()) source.push(bytes.subarray(places[index], place))
      expect(source.end()).toBe(lines.length)
      expect(got).toEqual(lines.map((text, index) => `${index + 1} ${text}`))
    }),
  )
})

test('the lines of a report are the lines of the log', () => {
  for (const { log, splats } of readings) {
    const lines = log.toString('utf8').split(/\r*\n/)
    const all = new Set(lines)
    expect(splats.map((splat) => splat.lines[0])).toEqual(splats.map((splat) => lines[splat.line - 1]))
    expect(splats.flatMap((splat) => splat.lines.filter((line) => !all.has(line)))).toEqual([])
  }
})

test('a title is a fixed point of normalising, as is a name', () => {
  const splats = readings.flatMap((reading) => reading.splats)
  const titles = splats.map(({ title }) => title)
  const names = splats.flatMap((splat) => splat.function ?? [])
  expect(titles.map(normalizeText)).toEqual(titles)
  expect(names.map(plainName)).toEqual(names)
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0x a1b2cf+/.#CPU:pid isra[<>]'.split('')) }), (text) => {
      expect(normalizeText(normalizeText(text))).toBe(normalizeText(text))
    }),
    { numRuns: 500 },
  )
})

test('the byte search finds what a plain search finds', () => {
  const words = ['BUG: ', 'Oops', 'WARNING: ', 'Oops: ']
  const find = makeWordFinder(words)
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'BUG: OopsWARNI'.split('')), maxLength: 60 }), (text) => {
      const bytes = Buffer.from(text)
      const found = find(bytes, 0, bytes.length)
      const holds = words.filter((word) => text.includes(word))
      if (holds.length === 0) expect(found).toBe(-1)
      else expect(words.some((word) => text.startsWith(word, found))).toBe(true)
      // It may meet a word's rare part before another word's: never later than the first word ends.
      const first = Math.min(...holds.map((word) => text.indexOf(word) + word.length))
      expect(found).toBeLessThanOrEqual(first)
    }),
    { numRuns: 500 },
  )
})

test('every header line holds a trigger word', () => {
  const lines = logs.flatMap((log) => log.toString('utf8').split('\n'))
  const heads = lines.filter((line) => toRecords(line, 1).some(({ text }) => matchHead(text) !== undefined))
  expect(heads.length).toBeGreaterThan(logs.length)
  expect(heads.filter((line) => !headWords.some((word) => line.includes(word)))).toEqual([])
})

test('a line of a megabyte is cut, and the next one read', () => {
  const text = `${'y'.repeat(1 << 20)}\n[    1.000000] Kernel panic - not syncing: sysrq triggered crash\n`
  const got: number[] = []
  const source = makeLineSource({ idle: false, line: (raw) => got.push(raw.length) }, () => -1)
  for (let at = 0; at < text.length; at += 1000) source.push(text.slice(at, at + 1000))
  source.end()
  expect(got[0]).toBe(MAX_LINE_BYTES)
  expect(readSplats(text)).toHaveLength(1)
})
