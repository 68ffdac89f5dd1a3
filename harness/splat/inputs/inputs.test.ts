// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { kernelLines, readInput, writers } from '../../testing/loginputs.ts'
import { often } from '../../testing/often.ts'
import { readSplats } from '../../testing/splats.ts'
import type { Splat } from '../index.ts'

const logs = corpusNames().flatMap((name) => {
  const { log } = readCorpus(name)
  const lines = log.length < 32 * 1024 ? kernelLines(log) : undefined
  return lines === undefined ? [] : [{ name, lines, splats: readSplats(log) }]
})

/** What must be the same in every form. */
const essence = ({ lines: _, line: __, ...rest }: Splat) => rest

test('the corpus has logs enough to write', () => {
  expect(logs.length).toBeGreaterThan(40)
  expect(new Set(logs.flatMap(({ splats }) => splats.map(({ family }) => family))).size).toBeGreaterThan(15)
})

describe.each(Object.entries(writers).map(([name, write], index) => ({ name, write, index })))(
  '$name',
  ({ write, index }) => {
    // A part of them each, to save time.
    const part = often(7, 1)
    const some = logs.filter((_, at) => at % part === index % part)

    test('has the reports of the log, on the lines where they are', () => {
      for (const { name, lines, splats } of some) {
        const { bytes, numbers } = write(lines)
        const read = readInput(bytes)
        expect(read.splats.map(essence), name).toEqual(splats.map(essence))
        expect(
          read.splats.map(({ line }) => line),
          name,
        ).toEqual(splats.map(({ line }) => numbers[line - 1]))
        expect(read.lines, name).toBe(bytes.toString('latin1').split('\n').length - 1)
        expect(read.unread, name).toBeUndefined()
      }
    })

    test('is read the same in any pieces', () => {
      const { lines } = logs.find(({ splats }) => splats.length > 1)!
      const { bytes } = write(lines)
      const whole = readInput(bytes)
      expect(whole.splats.length).toBeGreaterThan(1)
      for (const size of [1, 2, 7, 100]) expect(readInput(bytes, size)).toEqual(whole)
    })
  },
)

test('the corpus is read as a console is', () => {
  for (const name of corpusNames().filter((_, index) => index % often(18, 1) === 0)) {
    const { log } = readCorpus(name)
    const read = ({ lines: _, ...rest }: Splat) => rest
    expect(readInput(log).splats.map(read), name).toEqual(readSplats(log).map(read))
  }
})

const fixtures = join(import.meta.dirname, 'fixtures')
const names = readdirSync(fixtures).filter((name) => name.endsWith('.log'))

test.each(names)('%s: the one report of the kernel, and nothing that programs quote', (name) => {
  const bytes = readFileSync(join(fixtures, name))
  const { splats, unread } = readInput(bytes)
  expect(splats.map(({ title }) => title)).toEqual(['KASAN: null-ptr-deref Read in obj_to_location'])
  expect(splats[0]).toMatchObject({ pid: 27, workqueue: 'zswap-shrink shrink_worker' })
  expect(unread).toBeUndefined()
  const line = bytes.toString('latin1').split('\n')[splats[0]!.line - 1]!
  expect(line.replace(/\u001b\[\d*m/g, '')).toContain('BUG: KASAN: null-ptr-deref in obj_to_location')
})

test.each<[name: string, format: string]>([
  ['journalctl-export.log', 'journal export'],
  ['journalctl-json.log', 'journal JSON'],
  ['journalctl-json-seq.log', 'journal JSON'],
  ['journalctl-json-pretty.log', 'journal JSON'],
  ['journalctl-verbose.log', 'journal verbose'],
  ['journalctl-short-unix.log', 'journal text'],
  ['dmesg--json.log', 'dmesg JSON'],
  ['dmesg.log', 'text'],
])('%s is %s', (name, format) => {
  expect(readInput(readFileSync(join(fixtures, name))).format).toBe(format)
})

const CRASH = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  'CPU: 1 PID: 412 Comm: ip Not tainted 6.1.0 #1',
  'RIP: 0010:fib_info_update+0x31/0x90',
  'Call Trace:',
  ' fib_table_insert+0x1c2/0x9d0',
  '---[ end trace 0000000000000000 ]---',
]
const json = (fields: object): string => `${JSON.stringify({ __CURSOR: 'x', ...fields })}\n`
const whole = (fields: object): string => CRASH.map((MESSAGE) => json({ ...fields, MESSAGE })).join('')

test.each<[name: string, fields: object, reports: number]>([
  ['the kernel', { _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'kernel', SYSLOG_FACILITY: '0' }, 1],
  ['the kernel, as far as is known', { SYSLOG_IDENTIFIER: 'kernel' }, 1],
  ['nobody knows whom', {}, 1],
  ['a program that calls itself kernel', { _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'kernel' }, 0],
  ['a program on /dev/kmsg', { _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'systemd', SYSLOG_FACILITY: '3' }, 0],
  ['a program', { SYSLOG_IDENTIFIER: 'bot' }, 0],
])('a journal entry of %s', (_, fields, reports) => {
  expect(readInput(Buffer.from(whole(fields))).splats).toHaveLength(reports)
})

test('what programs log inside a report is no part of it', () => {
  const kernel = { _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'kernel' }
  const mixed = CRASH.map(
    (MESSAGE) => json({ ...kernel, MESSAGE }) + json({ _TRANSPORT: 'stdout', MESSAGE: ' other_function+0x1/0x2' }),
  )
  const [splat] = readInput(Buffer.from(mixed.join(''))).splats
  expect(splat?.frames.map((frame) => frame.function)).toEqual(['fib_info_update', 'fib_table_insert'])
})

const BOOT = 'Linux version 6.1.0 (gcc 12) #1 SMP'
const boot = (id: string): string =>
  ['0.000000', '0.500000']
    .map((time) =>
      json({
        _TRANSPORT: 'kernel',
        _BOOT_ID: id,
        _SOURCE_MONOTONIC_TIMESTAMP: String(Number(time) * 1e6),
        MESSAGE: time === '0.000000' ? BOOT : 'x',
      }),
    )
    .join('')

test.each([
  ['two boots of the journal are no unexpected reboot', boot('a') + boot('b'), []],
  ['a second boot in one is', boot('a') + boot('a').replaceAll('500000', '400000'), ['unexpected-reboot']],
])('%s', (_, text, families) => {
  expect(readInput(Buffer.from(text)).splats.map(({ family }) => family)).toEqual(families)
})

test.each<[name: string, text: string, line: number]>([
  ['a torn line of JSON', `${whole({}).slice(0, -20)}\n${whole({})}`, 6],
  ['a lost end', `${json({ MESSAGE: 'a' })}{"MESSAGE":\n${whole({})}`, 2],
  ['a cut end', `${whole({})}{"__CURSOR":"x","MESS`, 7],
  ['no JSON', `${json({ MESSAGE: 'a' })}{"MESSAGE": nothing}\n${whole({})}`, 2],
  ['a line that is no field', `__CURSOR=a\nMESSAGE=x\n!!\n\n${CRASH.map((text) => `MESSAGE=${text}\n\n`).join('')}`, 3],
])('damage is named, and the rest is read: %s', (_, text, line) => {
  const { splats, unread } = readInput(Buffer.from(text))
  expect(splats.length).toBeGreaterThan(0)
  expect(unread).toEqual({ count: 1, line })
})

test('a record of dmesg that is torn takes no other with it', () => {
  const { bytes } = writers['dmesg --json']!(['torn', ...CRASH].map((text) => ({ time: '1.000000', text })))
  const { splats, unread } = readInput(Buffer.from(bytes.toString().replace('"msg": "torn"', '"msg": "torn')))
  expect(unread).toEqual({ count: 1, line: 3 })
  expect(splats).toHaveLength(1)
})

test('LAVA reads its own words as no report, and its restarts as ordered', () => {
  const lava = (lvl: string, msg: string): string =>
    `- {"dt": "2026-01-01T00:00:00.0", "lvl": "${lvl}", "msg": ${JSON.stringify(msg)}}\n`
  const quoted = CRASH.map((text) => lava('error', text)).join('')
  const boots = (between: string): string =>
    [
      lava('target', `[    0.000000] ${BOOT}`),
      lava('target', '[    0.100000] a'),
      between,
      lava('target', `[    0.000000] ${BOOT}`),
      lava('target', '[    0.200000] b'),
    ].join('')
  expect(readInput(Buffer.from(quoted)).splats).toEqual([])
  expect(readInput(Buffer.from(boots(lava('info', 'start: 2.3.1 reset-device (timeout 00:05:00)')))).splats).toEqual([])
  expect(readInput(Buffer.from(boots(lava('info', 'waiting')))).splats).toHaveLength(1)
})

test('cursor moves begin another message', () => {
  const text = CRASH.map((line, index) => `\u001b[${index + 1};1H${line}\u001b[K`).join('')
  expect(readInput(Buffer.from(`${text}\n`)).splats).toHaveLength(1)
})

test('never throws, whatever the bytes', () => {
  const two = [
    { time: '1.000000', text: 'a' },
    { time: '2.000000', text: 'b' },
  ]
  const starts = Object.values(writers).map((write) => write(two).bytes)
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 600 }), fc.nat(300), (start, noise, cut) => {
      readInput(Buffer.concat([start.subarray(0, cut), noise, start]))
    }),
    { numRuns: often(200, 2_000) },
  )
})

test('damage anywhere costs no more than the report that it hits', () => {
  const { lines } = logs.find(({ splats }) => splats.length > 1)!
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(writers)), fc.double({ min: 0, max: 1, noNaN: true }), (name, share) => {
      const { bytes } = writers[name]!(lines)
      readInput(bytes.subarray(0, Math.floor(bytes.length * share)))
    }),
    { numRuns: 60 },
  )
})
