// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { BoundedStream } from './bound.ts'
import { type HostSample, parsePressure, parseStat, parseSteal } from './hostsample.ts'
import { HostWatch } from './hostwatch.ts'
import { type Span, whyStarved } from './starved.ts'

describe('whether the host starved QEMU', () => {
  const span = (over: Partial<Span>): Span => ({
    wallMs: 80_000,
    cpuMs: 500,
    waitedMs: 0,
    stealMs: 0,
    pressureMs: 0,
    blockedMs: 0,
    ...over,
  })
  test.each<[string, Partial<Span>, string | undefined]>([
    ['it was idle: the guest sleeps for good', {}, undefined],
    ['it used the CPU: the guest spins', { cpuMs: 70_000, waitedMs: 60_000, pressureMs: 80_000 }, undefined],
    ['it used a fifth of one CPU', { cpuMs: 16_000, waitedMs: 60_000 }, undefined],
    ['it waited for a CPU', { waitedMs: 70_000 }, 'waited for a CPU for 70.0 s'],
    ['it waited for less than half of the time', { waitedMs: 30_000, pressureMs: 80_000 }, undefined],
    ['the hypervisor took the CPUs', { stealMs: 40_000 }, 'took 50 % of its CPUs'],
    ['only the pressure is known', { waitedMs: undefined, pressureMs: 60_000 }, 'in 75 % of it'],
    ['nothing is known', { waitedMs: undefined, stealMs: undefined, pressureMs: undefined }, undefined],
    ['it waited for the disk', { blockedMs: 60_000 }, 'disk for 75 % of it'],
    ['no time passed', { wallMs: 0, cpuMs: 0 }, undefined],
  ])('%s', (_, over, why) => {
    const said = whyStarved(span(over))
    if (why === undefined) expect(said).toBeUndefined()
    else expect(said).toContain(why)
  })
})

describe('reading /proc', () => {
  test('a name with blanks and parentheses', () => {
    const text = '7 (a) S (b) T 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 4 0 99 0 0'
    expect(parseStat(text)).toEqual({ state: 'T', cpuMs: 2_000 })
  })
  test('steal time is that of one CPU', () => {
    expect(parseSteal('cpu  1 2 3 4 5 6 7 800 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n', 2)).toBe(4_000)
    expect(parseSteal('', 2)).toBeUndefined()
  })
  test('pressure', () => {
    const text =
      'some avg10=1.00 avg60=2.00 avg300=3.00 total=2032047\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n'
    expect(parsePressure(text)).toBe(2_032.047)
    expect(parsePressure('')).toBeUndefined()
  })
})

const IDLE: HostSample = { cpuMs: 0, waitedMs: 0, stealMs: 0, pressureMs: 0, stopped: false, blocked: false }
const FREE = { paused: false, behind: false }

/** A watch that is checked every 250 ms until `untilMs`, with what `at` says of each moment. */
const watched = (
  untilMs: number,
  at: (ms: number) => Partial<HostSample & typeof FREE>,
  skip = (_ms: number) => false,
) => {
  const watch = new HostWatch(250, 0)
  for (let ms = 250; ms <= untilMs; ms += 250)
    if (!skip(ms)) watch.tick(ms, { ...IDLE, ...at(ms) }, { ...FREE, ...at(ms) })
  return watch
}

describe('the time that the host took', () => {
  test('none', () => {
    const watch = watched(60_000, () => ({}))
    expect([watch.guestMs(60_000), watch.stuck(), watch.delays(5_000), watch.starvedSince(0)]).toEqual([
      60_000,
      undefined,
      [],
      undefined,
    ])
  })
  test('a harness that was stopped for 40 s', () => {
    const watch = watched(
      60_000,
      () => ({}),
      (ms) => ms > 10_000 && ms < 50_000,
    )
    expect(watch.guestMs(60_000)).toBe(20_000)
    expect(watch.delays(5_000)).toEqual(['this program was stopped or did not get a CPU for 40.0 s'])
    expect(watch.stuck()).toBeUndefined()
  })
  test('a check that is late by less than a second counts as time of the guest', () => {
    expect(
      watched(
        20_000,
        () => ({}),
        (ms) => ms % 1_000 !== 0,
      ).guestMs(20_000),
    ).toBe(20_000)
  })
  test('a QEMU that was stopped by a signal, and continued', () => {
    const watch = watched(60_000, (ms) => ({ stopped: ms > 10_000 && ms <= 20_000 }))
    expect(watch.guestMs(60_000)).toBe(50_250)
    expect(watch.delays(5_000)).toEqual(['QEMU was stopped by a signal for 9.8 s'])
    expect(watch.delays(20_000)).toEqual([])
    expect(watch.stuck()).toBeUndefined()
  })
  test.each([
    ['stopped', 120_000],
    ['paused', 5_000],
    ['behind', 120_000],
  ] as const)('%s for too long', (hold, limitMs) => {
    const at = () => ({ [hold]: true })
    expect(watched(limitMs, at).stuck()).toBeUndefined()
    expect(watched(limitMs + 1_000, at).stuck()).toContain(' for ')
  })
  test('a disk that is behind at one check only', () => {
    expect(watched(60_000, (ms) => ({ behind: ms % 500 === 0 })).guestMs(60_000)).toBe(60_000)
  })
  test('a QEMU that waited for a CPU, since a moment and in all', () => {
    const watch = watched(60_000, (ms) => ({ waitedMs: Math.max(0, ms - 35_000) }))
    expect(watch.starvedSince(0)).toBeUndefined()
    expect(watch.starvedSince(35_000)).toContain('waited for a CPU for 2')
    expect(watch.delays(5_000)[0]).toContain('the host was too busy for 2')
  })
  test.each([
    ['half of the time', (ms: number) => ms / 2, 0.5],
    ['two threads all the time', (ms: number) => 2 * ms, 2],
    ['never', () => 0, 0],
    ['nobody knows', () => undefined, null],
  ] as const)('how much of each second QEMU waited: %s', (_name, waitedMs, share) =>
    expect(watched(20_000, (ms) => ({ waitedMs: waitedMs(ms) })).waitShare()).toBe(share),
  )
  test('nothing is known about a QEMU that was never seen', () => expect(new HostWatch(250, 0).waitShare()).toBeNull())
})

describe('a stream with bounds', () => {
  const chunk = (bytes: number, lines = 0): Buffer => Buffer.from(`${'\n'.repeat(lines)}${'x'.repeat(bytes - lines)}`)
  test.each([
    [
      'by bytes',
      { bytes: 100, lines: 100 },
      [chunk(60), chunk(40), chunk(1, 1), chunk(10)],
      [true, true, false, false],
    ],
    ['by lines', { bytes: 100, lines: 3 }, [chunk(4, 3), chunk(4), chunk(4, 1), chunk(1)], [true, true, false, false]],
  ])('%s', (_, bounds, chunks, kept) => {
    const stream = new BoundedStream(bounds)
    expect(stream.problem).toBeUndefined()
    expect(chunks.map((one) => stream.keeps(one))).toEqual(kept)
    expect(stream.problem).toMatch(/in 1 lines were dropped$/)
  })
})
