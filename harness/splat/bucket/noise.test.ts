// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { often } from '../../testing/often.ts'
import { readSplats } from '../../testing/splats.ts'
import { isBucket } from './bucket.ts'

/** The logs of the corpus with their buckets; noise may not change these. */
const logs = corpusNames()
  .map((name) => ({ name, log: readCorpus(name).log.toString('utf8') }))
  .filter(({ log }) => log.length < 64 * 1024)
  .map(({ name, log }) => ({ name, log, splats: readSplats(log) }))
  .filter(({ splats }) => splats.length > 0)

const bucketsOf = (log: string): readonly string[] => readSplats(log).map(({ bucket }) => bucket)

/** Another number for each number, the same one for the same. */
const shifted = (seed: number, text: string, radix: number): string =>
  ((Number.parseInt(text, radix) + seed) % 0xffff).toString(radix)

type Noise = readonly [name: string, apply: (log: string, seed: number, functions: readonly string[]) => string]

const NOISE: readonly Noise[] = [
  [
    'offsets and sizes',
    (log, seed) =>
      log.replace(/\+0x([0-9a-f]+)\/0x([0-9a-f]+)/g, (_, at: string, size: string) => {
        return `+0x${shifted(seed, at, 16)}/0x${shifted(seed, size, 16)}`
      }),
  ],
  [
    'addresses and hashed pointers',
    (log, seed) =>
      log.replace(/\bffff([0-9a-f]{8})[0-9a-f]{4}\b/g, `ffff$1${(seed % 0xffff).toString(16).padStart(4, '0')}`),
  ],
  [
    'registers',
    (log, seed) => log.replace(/\b(R[A-D89]\w|R1\d): [0-9a-f]{16}/g, `$1: ${seed.toString(16).padStart(16, '0')}`),
  ],
  [
    'line numbers',
    (log, seed) =>
      log.replace(/(\.[chS]):(\d+)/g, (_, end: string, line: string) => `${end}:${1 + ((Number(line) + seed) % 9000)}`),
  ],
  [
    'suffixes of compilers',
    (log, seed, functions) => {
      const suffix = ['.isra.0', '.cold', '.constprop.3', '.part.0', '.llvm.1234567890', '.isra.0.cold'][seed % 6]!
      return functions.reduce((text, name) => text.replaceAll(`${name}+0x`, `${name}${suffix}+0x`), log)
    },
  ],
  [
    'process ids',
    (log, seed) => log.replace(/(\bPID: |, CPU#\d+: \S+\/)\d+/g, (_, before: string) => before + (1 + (seed % 30000))),
  ],
  ['CPUs', (log, seed) => log.replace(/^(.{0,60}\bCPU: )\d+( (?:UID|PID))/gm, `$1${seed % 64}$2`)],
  ['task names', (log) => log.replace(/\bComm: \S+ /g, 'Comm: syz-executor.7 ')],
  // Stamps from 0 are a boot, which may be the second one.
  [
    'time',
    (log, seed) =>
      /^\[ {4}[0-9]\./m.test(log)
        ? log
        : log.replace(
            /^\[ {0,6}(\d+)(\.\d{6}\])/gm,
            (_, s: string, rest: string) => `[${String(Number(s) + (seed % 1000)).padStart(5)}${rest}`,
          ),
  ],
  [
    'caller ids',
    (log, seed) =>
      log.replace(
        /^(\[ {0,6}\d+\.\d{6}\]\[ *)T(\d+)\]/gm,
        (_, head: string, id: string) => `${head}T${Number(id) + (seed % 1000)}]`,
      ),
  ],
  [
    'a prefix of syslog',
    (log) => (/^(?!\[)/m.test(log.trimEnd()) ? log : log.replace(/^(?=.)/gm, 'Nov 26 20:00:00 host kernel: ')),
  ],
  [
    'kernel versions',
    (log, seed) => log.replace(/((?:Not tainted|Tainted: [A-Z ]+) )(\d+\.\d+)\.\d+\S*/g, `$1$2.${seed % 300}-other`),
  ],
  ['line ends', (log) => log.replace(/\n/g, '\r\n')],
]

const SOME = often(36, 1)

test.each(NOISE.map((noise, index) => [...noise, index] as const))(
  'noise changes no bucket of the corpus: %s',
  (_, apply, at) => {
    const touched = logs.flatMap(({ name, log, splats }) => {
      const noisy = apply(
        log,
        4711,
        splats.flatMap((splat) => splat.function ?? []),
      )
      return noisy === log ? [] : [{ name, noisy, splats }]
    })
    // Noise that touches nothing would show nothing.
    expect(touched.length).toBeGreaterThan(10)
    for (const { name, noisy, splats } of touched.filter((__, index) => index % SOME === at % SOME))
      expect({ name, buckets: bucketsOf(noisy) }).toEqual({ name, buckets: splats.map(({ bucket }) => bucket) })
  },
  60_000,
)

test('noise of all kinds at once changes no bucket of a log', () => {
  for (const { name, log, splats } of logs.filter((_, index) => index % often(8, 1) === 0)) {
    const functions = splats.flatMap((splat) => splat.function ?? [])
    const noisy = NOISE.reduce((text, [, apply]) => apply(text, 815, functions), log)
    expect({ name, buckets: bucketsOf(noisy) }).toEqual({ name, buckets: splats.map(({ bucket }) => bucket) })
  }
}, 60_000)

test('noise of some kinds changes no bucket', () => {
  fc.assert(
    fc.property(fc.constantFrom(...logs), fc.subarray([...NOISE]), fc.nat(100_000), ({ log, splats }, noise, seed) => {
      const functions = splats.flatMap((splat) => splat.function ?? [])
      const noisy = noise.reduce((text, [, apply]) => apply(text, seed, functions), log)
      expect(bucketsOf(noisy)).toEqual(splats.map(({ bucket }) => bucket))
    }),
    { numRuns: often(20, 400), seed: 18 },
  )
})

test('every bucket of the corpus has the form that is published', () => {
  const buckets = logs.flatMap(({ splats }) => splats.map(({ bucket }) => bucket))
  expect(buckets.filter((bucket) => !isBucket(bucket))).toEqual([])
})

test('reports that differ in function have different buckets, but for those that share their locks or words', () => {
  const named = logs.flatMap(({ splats }) => splats).filter((splat) => splat.function !== null)
  const byBucket = new Map<string, Set<string>>()
  for (const { bucket, function: name } of named)
    byBucket.set(bucket, (byBucket.get(bucket) ?? new Set()).add(name ?? ''))
  const shared = [...byBucket].filter(([, names]) => names.size > 1).map(([bucket]) => bucket.split(':')[0])
  expect(
    shared.filter((name) => !['lock-order', 'irq-lock-order', 'irq-lock-use', 'panic', 'data-race'].includes(name!)),
  ).toEqual([])
})
