// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../testing/corpus.ts'
import { leadOf, leadsOf } from './leads.ts'
import { stripPrefix } from './lines/prefix.ts'
import { plainRecord, toRecords } from './lines/record.ts'
import { readSyslog } from './lines/syslog.ts'
import { parseFrame, parseOther } from './parse/frame.ts'

const lines = corpusNames().flatMap((name) => readCorpus(name).log.toString('utf8').split(/\r*\n/))
const texts = lines.flatMap((line) => toRecords(line, 1).map(({ text }) => text))

test('the quick reading of a line is that of the prefixes', () => {
  const quick = lines.flatMap((line) => {
    const record = plainRecord(line, 1, false)
    if (record === undefined) return []
    const { text, timeS, caller, origin, cut } = record
    return cut ? [] : [{ line, message: { text, timeS, caller, origin } }]
  })
  expect(quick.length).toBeGreaterThan(lines.length / 3)
  expect(
    quick.filter(
      ({ line, message }) => JSON.stringify(stripPrefix(line)) !== JSON.stringify({ ...stripPrefix(line), ...message }),
    ),
  ).toEqual([])
})

test.each([
  ['Aug  9 08:01:02 box kernel: ', 'Aug 19 18:11:12 box kernel: ', undefined],
  ['Aug  9 08:01:02 box1 kernel: ', 'Aug  9 23:59:59 box7 kernel: ', 'kernel'],
  ['Aug  9 08:01:02 box prog[12]: ', 'Aug  9 08:01:03 box prog[77]: ', 'user'],
  ['Aug  9 08:01:02 box kernel: ', 'Aug  9 08:01:02 box kernal: ', 'user'],
  ['Aug  9 08:01:02 box kernel: ', 'Aug  9 08:01:02 NMI watchdog: ', undefined],
])('the prefix of syslog %j says of %j what the pattern says', (before, prefix, origin) => {
  const line = `${prefix}BUG: KASAN: x`
  readSyslog(`${before}x`)
  if (origin !== undefined) expect(readSyslog(line)).toEqual({ from: prefix.length, origin })
  const [record] = toRecords(line, 1)
  expect(record).toMatchObject({ ...stripPrefix(line), raw: line })
})

test('the quick reading of a frame is that of the patterns', () => {
  const different = texts.filter(
    (text) => text.length <= 400 && JSON.stringify(parseFrame(text)) !== JSON.stringify(parseOther(text)),
  )
  expect(different).toEqual([])
  expect(texts.filter((text) => parseFrame(text) !== undefined).length).toBeGreaterThan(1_000)
})

test.each([
  [/^(?:rcu: )?INFO: x/, 'rI'],
  [/^[Ww]atch|^\d+/, 'Ww0123456789'],
  [/^(?!NULL)a?b/, 'ab'],
  [/^\[ ?x/, '['],
])('%s begins with the characters that it can begin with', (re, expected) => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
  expect(ascii.filter((char) => leadsOf(re)[leadOf(char)] === 1).sort()).toEqual([...expected].sort())
})

test.each([/a/, /^a*/, /^a|b/, /^$/, /^.x/i])('%s may begin with anything', (re) => {
  expect(leadsOf(re).every((flag) => flag === 1)).toBe(true)
})
