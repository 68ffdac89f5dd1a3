// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { lanes } from '../guest/lanes.ts'
import { type GuestShape, type LaneShape, observe } from '../testing/guest.ts'
import { judge } from './cell.ts'
import { exposureOf } from './exposure.ts'
import type { Observation } from './observation.ts'
import { describeWorkload } from './workloads.ts'

const workload = lanes.filter(({ name }) => name === 'workload')
const own = { program: 0, name: 'repro.c' }
const started = { t: 'workloadStart', ms: 1101, ...own, processes: 2 }
const output = (text: string, offset = 0, stream = 'stdout') => ({
  ...{ t: 'workloadOutput', ms: 1500, ...own, stream, offset, text },
})
const finished = {
  ...{ t: 'workloadEnd', ms: 2150, ...own, processes: 2, alive: 0, error: null, timedOut: true, elapsedMs: 1040 },
  ...{ exits: [{ status: 3, count: 1 }], signals: [{ signal: 15, count: 1 }], stdoutBytes: 5, stderrBytes: 0 },
}
const none = { written: 0, verified: 0, wrong: 0, freed: 0 }
const whole = [started, output('hello'), finished]

const shape = (extra: readonly object[] = whole, laneEnd: object | null = {}): LaneShape => ({
  lane: 'workload',
  extra,
  balance: null,
  laneEnd: laneEnd && { pages: none, zswap: null, classes: null, ...laneEnd },
})
const asked = (base: Observation): Observation['asked'] => ({
  ...base.asked,
  programs: { names: ['repro.c'], processes: 2 },
})
const observed = (one: LaneShape, guest: GuestShape = {}, over: Partial<Observation> = {}): Observation => {
  const base = observe({ ...guest, lanes: [one] })
  return { ...base, asked: asked(base), ...over }
}
const verdictOf = (one: Observation) => judge(one, workload, [], 'zpool-on', [])

describe('a boot of the programs alone', () => {
  test('passes without verified pages, balances and zswap, and names only the oracles that looked', () => {
    const judged = verdictOf(observed(shape(), { hello: { zswap: null } }))
    expect(judged).toMatchObject({ verdict: 'pass', findings: [] })
    expect(judged.reason).toBe(
      '2 processes of repro.c ran until stopped after 1.0 s (exit status 3, signal 15), 0 pages written back',
    )
    expect(judged.oracles.map(({ name }) => name)).toEqual(['console', 'liveness'])
    expect(judged.evidence.workloads).toMatchObject([{ name: 'repro.c', exits: [{ status: 3, count: 1 }] }])
  })

  test('needs the balance again when a lane of our own runs beside them', () => {
    const base = observe({ lanes: [{ balance: null }, shape()] })
    const { verdict, reason } = judge(
      { ...base, asked: asked(base) },
      lanes.filter(({ name }) => ['pump', 'workload'].includes(name)),
      [],
      'zpool-on',
      [],
    )
    expect({ verdict, reason }).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('no drained balance of lane pump'),
    })
  })

  test('fails by what the kernel counts, whoever made it', () => {
    const one = observed(shape(whole, { zswap: { decompress_fail: 1 } }))
    expect(verdictOf(one)).toMatchObject({ verdict: 'fail', findings: [{ oracle: 'data', shown: { in: 'workload' } }] })
  })

  test.each<[string, LaneShape, Partial<Observation>, RegExp]>([
    ['no patched line ran', shape(), { patchLines: { executable: 3, executed: 0 } }, /none of the 3 executable lines/],
    ['the counters are lost', shape(), { patchLines: 'lost' }, /did not arrive/],
    [
      'a program did not start',
      shape(
        [started, { ...finished, processes: 0, error: 'Exec format error', exits: [], signals: [], stdoutBytes: 0 }],
        {
          status: 'failed',
          reason: 'Exec format error',
        },
      ),
      {},
      /lane workload did not run: Exec format error/,
    ],
    [
      'its lane says ok all the same',
      shape([started, output('hello'), { ...finished, error: 'oh' }]),
      {},
      /did not start, but/,
    ],
    ['a program never ended', shape([started, output('hello')]), {}, /that ended are none/],
    ['nothing began', shape([]), {}, /that began are none/],
    ['another program ran', shape([{ ...started, name: 'x' }, output('hello'), finished]), {}, /that began are x/],
    [
      'it had fewer processes',
      shape([started, output('hello'), { ...finished, processes: 1, signals: [] }]),
      {},
      /had 1 processes, asked for were 2/,
    ],
    [
      'an end is missing',
      shape([started, output('hello'), { ...finished, signals: [] }]),
      {},
      /1 exited, 0 died and 0 are left/,
    ],
    [
      'one is left',
      shape([started, output('hello'), { ...finished, signals: [], alive: 1 }]),
      {},
      /1 processes of program repro.c are left/,
    ],
    [
      'it was stopped early',
      shape([started, output('hello'), { ...finished, elapsedMs: 400 }]),
      {},
      /stopped after 400 ms, its limit is 1000 ms/,
    ],
    ['output is missing', shape([started, finished]), {}, /wrote 5 bytes to stdout, and sent the bytes none/],
    ['output has a gap', shape([started, output('he'), output('o', 4), finished]), {}, /sent the bytes 0–2, 4–5/],
    ['output came twice', shape([started, output('hello'), output('o', 4), finished]), {}, /sent the bytes 0–5, 4–5/],
  ])('is inconclusive when %s', (_, one, over, reason) => {
    expect(verdictOf(observed(one, {}, over))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(reason),
    })
  })

  test('may leave out the middle of much output, and nothing else', () => {
    const total = 200_000
    const text = (bytes: number) => 'x'.repeat(bytes)
    const parts = [output(text(65_536)), output(text(16_384), total - 16_384)]
    const ends = { ...finished, stdoutBytes: total }
    expect(verdictOf(observed(shape([started, ...parts, ends])))).toMatchObject({ verdict: 'pass' })
    expect(verdictOf(observed(shape([started, parts[1]!, ends])))).toMatchObject({ verdict: 'inconclusive' })
    expect(verdictOf(observed(shape([started, parts[0]!, ends])))).toMatchObject({ verdict: 'inconclusive' })
  })

  test('a guest that dies in them is a failure there', () => {
    const one = observed(shape([started], null), { end: false })
    expect(verdictOf(one)).toMatchObject({ verdict: 'fail', findings: [{ shown: { in: 'workload', stack: [] } }] })
  })
})

describe('the exposure of the programs', () => {
  const of = (one: LaneShape) => exposureOf(observed(one), workload).lanes
  test('is their own time, and says that they were stopped', () =>
    expect(of(shape())).toEqual([{ lane: 'workload', seconds: 1, hits: null, ended: false }]))
  // A reproducer that gives up at once on the patched kernel has not tried anything.
  test.each([
    [0, true],
    [3, false],
    [127, false],
  ])('is short where they end by themselves, and whole only with status 0: %i', (status, ended) => {
    const early = [
      started,
      output('hello'),
      { ...finished, timedOut: false, elapsedMs: 250, exits: [{ status, count: 2 }], signals: [] },
    ]
    expect(of(shape(early))).toEqual([{ lane: 'workload', seconds: 0.25, hits: null, ended }])
  })
  test('is not whole where one was killed, for example because it had no memory', () => {
    const killed = [started, output('hello'), { ...finished, timedOut: false, elapsedMs: 250 }]
    expect(of(shape(killed))).toMatchObject([{ seconds: 0.25, ended: false }])
  })
  test('is until the next sample where the guest died', () =>
    expect(of(shape([started], null))).toEqual([{ lane: 'workload', seconds: 1, hits: null }]))
})

test.each([
  [{ processes: 1, signals: [] }, 'repro.c ran until stopped after 1.0 s (exit status 3)'],
  [{ timedOut: false }, '2 processes of repro.c ended after 1.0 s (exit status 3, signal 15)'],
  [
    { exits: [{ status: 0, count: 2 }], signals: [] },
    '2 processes of repro.c ran until stopped after 1.0 s (exit status 0 2 times)',
  ],
  [{ error: 'No such file' }, 'repro.c did not start: No such file'],
])('%j in words', (part, words) => expect(describeWorkload({ ...finished, ...part })).toBe(words))
