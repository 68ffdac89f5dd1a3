// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../testing/corpus.ts'
import { leadOf, leadsOf } from './leads.ts'
import { stripPrefix } from './lines/prefix.ts'
import { plainRecord, toRecords } from './lines/record.ts'
import { Shape } from './lines/shape.ts'
import { readSyslog } from './lines/syslog.ts'
import { ipIn, isPlainFrame, parseCrossing, parseFrame, parseOther, returnIn } from './parse/frame.ts'
import { endsNmi, endsOldIrq, isStranger } from './parse/sections.ts'
import { plainName } from './parse/title.ts'

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

test('a frame in its most common form is no line of another kind', () => {
  const frames = texts.map((text) => ({ text, shape: new Shape(text) })).filter(({ shape }) => isPlainFrame(shape))
  expect(frames.length).toBeGreaterThan(1_000)
  const others = frames.filter(
    (line) =>
      isStranger(line.shape) ||
      endsNmi(line.shape) ||
      endsOldIrq(line.shape) ||
      ipIn(line) !== undefined ||
      returnIn(line) !== undefined ||
      parseCrossing(line.text) !== undefined ||
      /at: | from |: /.test(line.text),
  )
  expect(others).toEqual([])
})

test('the quick test of a name is that of the pattern', () => {
  const ordinary = /^(?!SyS_|SYSC_|compat_S|C_SYSC_)[A-Za-z]\w*$/
  const names = [
    'SyS_read',
    'SYSC_read',
    'compat_SyS_x',
    'compat_Sx',
    'C_SYSC_x',
    'Sx',
    'cx',
    'C',
    '_x',
    '0x',
    '@x',
    '[x',
    '',
  ]
  const frames = texts.flatMap((text) => parseFrame(text)?.function ?? [])
  for (const name of [...names, ...frames]) if (ordinary.test(name)) expect(plainName(name)).toBe(name)
  expect(plainName('SyS_read')).toBe('sys_read')
  expect(plainName('compat_SyS_read')).toBe('sys_read')
})
