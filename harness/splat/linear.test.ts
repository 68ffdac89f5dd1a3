// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { inRange, parseVersion } from '../inputs/tree/version.ts'
import { readerPatterns, slowTexts } from '../testing/hostile/growth.ts'
import { slowLines, TIMES } from '../testing/hostile/slow.ts'
import { often } from '../testing/often.ts'
import { readSplats } from '../testing/splats.ts'
import { MAX_LINE_BYTES } from './lines/source.ts'
import { parseFrame } from './parse/frame.ts'
import { plainName } from './parse/title.ts'

const HEAD = '[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2\n[    1.000000] Call Trace:\n'

test.each([
  ['a frame with many places', ` foo (${'.c:1 '.repeat(65)}.c:1)x`],
  ['a frame with many unknown places', ` foo (??:0 ${'..S:0 ??:0 '.repeat(33)})`],
  ['a name with many suffixes', `foo${'.warm.0'.repeat(60)}f`],
])('%s is read', (_, line) => {
  const started = performance.now()
  parseFrame(line.trim())
  plainName(line)
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a version range with many comparators is read', () => {
  const started = performance.now()
  expect(() => inRange(parseVersion('6.1')!, `0.0${' 0.0-rc0'.repeat(60)} =`)).toThrow('not a version range')
  expect(performance.now() - started).toBeLessThan(2_000)
})

/** Milliseconds of the processor for reading `text`. */
const costOf = (text: string): number => {
  const before = process.cpuUsage()
  readSplats(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** The least cost of three, because the machine is shared; no more are tried once one is below `enough`. */
const leastCostOf = (text: string, enough = 0): number => {
  let least = Number.POSITIVE_INFINITY
  for (let nth = 0; nth < 3 && least >= enough; nth++) least = Math.min(least, costOf(text))
  return least
}

const UNITS = [
  '-',
  '----',
  '=',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '/',
  '.',
  '.c:1 ',
  '??:0 ',
  ' ',
  '\t',
  '\r',
  ':',
  ', at: ',
  ';',
  '"',
  '\\',
  '|',
  '{',
  '+0x1',
  '_',
  '0',
  'a',
  ' by task x/',
  '[ cut here ]',
  '----[ cut here',
  '[<00000000>] ',
  '[    1.000000]',
  '\u001b[',
  '\u001b]',
  '\u2028',
  '<1>',
  'kernel: ',
  'CPU: 0 PID: 1 Comm: ',
  ' Tainted: G ',
  'pid: ',
  'BUG: ',
  'Linux version 0.',
  'in preemptible [0] code: /',
  ', name: ',
]
test.each(UNITS)('a line of 64 KiB of %j takes time in proportion to its length', (unit) => {
  const log = (length: number): string => {
    const long = unit.repeat(Math.ceil(length / unit.length))
    return `${HEAD}${[long, `[    1.000000] ${long}`, `RIP: 0010:${long}`, `Read of ${long}`].join('\n')}\n`
  }
  const limit = Math.min(12 * leastCostOf(log(MAX_LINE_BYTES / 4)) + 100, TIMES * 2_000)
  expect(leastCostOf(log(MAX_LINE_BYTES), limit)).toBeLessThan(limit)
})

test('no line that a pattern of the reader suggests is slow', { timeout: 120_000 }, async () => {
  // A part of the patterns; `npm run test:faults` takes all.
  const { slow, lines, patterns } = await slowLines({ every: often(640, 32) })
  expect(patterns).toBeGreaterThan(1_000)
  expect(lines).toBeGreaterThan(40)
  expect(slow).toEqual([])
})

test('a part of the patterns takes linear time on lines of 1 MiB', { timeout: 120_000 }, async () => {
  // `npm run test:faults` takes all.
  const patterns = await readerPatterns()
  expect(patterns.length).toBeGreaterThan(200)
  expect(patterns.filter((_, index) => index % often(1_280, 320) === 0).flatMap(slowTexts)).toEqual([])
  expect(slowTexts(/x.*y/)).not.toEqual([])
})

test('a message longer than printk prints is cut, and its report says so', () => {
  const [splat] = readSplats(
    `${HEAD}[    1.000000] CPU: 0 PID: 1 Comm: x ${'Tainted: G '.repeat(1_000)}\n[    1.000000] foo+0x1/0x2\n`,
  )
  expect(splat?.corrupted).toBe('a line of the report is longer than the kernel prints, and was cut')
})

test.each([
  ['behind a stamp', `${'x'.repeat(MAX_LINE_BYTES - 10)}[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2`],
  ['far behind', `${'x'.repeat(MAX_LINE_BYTES * 3)}[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2`],
  ['before other text', `[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2 ${'x'.repeat(5_000)}`],
])('a report is found in a line whose end was lost: %s', (_, line) => {
  const log = `${line}\n[    1.000000] Call Trace:\n[    1.000000]  foo+0x1/0x2\n[    1.000000]  bar+0x1/0x2\n`
  expect(readSplats(log)).toMatchObject([{ family: 'kasan', line: 1 }])
})
