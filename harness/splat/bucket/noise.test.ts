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

const SUFFIXES = ['.isra.0', '.cold', '.constprop.3', '.part.0', '.llvm.1234567890', '.isra.0.cold']

const NOISE: readonly Noise[] = [
  [
    'offsets and sizes',
    (log, seed) =>
      log.replace(/\+0x([0-9a-f]+)\/0x([0-9a-f]+)/g, (_, at: string, size: string) => {
        // The start of a function says more than a place in it.
        return `+0x${at === '0' ? at : shifted(seed, at, 16)}/0x${shifted(seed, size, 16)}`
      }),
  ],
  [
    'addresses and hashed pointers',
    (log, seed) =>
      log.replace(/\bffff([0-9a-f]{8})[0-9a-f]{4}\b/g, `ffff$1${(seed % 0xffff).toString(16).padStart(4, '0')}`),
  ],
  [
    'addresses of code',
    (log, seed) =>
      log.replace(/\[<([0-9a-f]{4,12})[0-9a-f]{4}>\]/g, (_, high: string) => {
        return `[<${high}${(seed % 0xffff).toString(16).padStart(4, '0')}>]`
      }),
  ],
  [
    'registers',
    (log, seed) => log.replace(/\b(R[A-D89]\w|R1\d): [0-9a-f]{16}/g, `$1: ${seed.toString(16).padStart(16, '0')}`),
  ],
  [
    'line numbers',
    (log, seed) =>
      log.replace(
        /(\.(?:[chS]|rs)):(\d+)/g,
        (_, end: string, line: string) => `${end}:${1 + ((Number(line) + seed) % 9000)}`,
      ),
  ],
  ...SUFFIXES.map(
    (suffix): Noise => [
      `${suffix} behind the blamed functions`,
      (log, _, functions) =>
        functions.reduce((text, name) => text.replaceAll(`${name}+0x`, `${name}${suffix}+0x`), log),
    ],
  ),
  ...SUFFIXES.map(
    (suffix): Noise => [
      `${suffix} behind all functions`,
      (log) => log.replace(/(?<=[\s:?])([a-z_]\w*)(?=\+0x[0-9a-f]+\/0x)/g, `$1${suffix}`),
    ],
  ),
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

/** How another architecture prints the stacks of x86. */
interface Printed {
  readonly pointer: (place: string) => string
  readonly frame: (place: string) => string
  readonly heading: string
  readonly syscall: string
  /** The outer ends of a system call and of a thread. */
  readonly entry: string
  readonly thread: string
}

const ARCHITECTURES: Readonly<Record<string, Printed>> = {
  arm64: {
    pointer: (place) => `pc : ${place}\nlr : ${place}`,
    frame: (place) => ` ${place}`,
    heading: 'Call trace:',
    syscall: '__arm64_sys_',
    entry: 'el0t_64_sync',
    thread: 'ret_from_fork',
  },
  riscv: {
    pointer: (place) => `epc : ${place}\n ra : ${place}`,
    frame: (place) => `[<ffffffff80012345>] ${place}`,
    heading: 'Call Trace:',
    syscall: '__riscv_sys_',
    entry: 'ret_from_exception',
    thread: 'ret_from_fork_asm',
  },
  powerpc: {
    pointer: (place) => `NIP [c000000000012345] ${place}\nLR [c000000000012345] ${place}`,
    frame: (place) => `[c00000000a5b3d20] [c000000000012345] ${place}`,
    heading: 'Call Trace:',
    syscall: 'sys_',
    entry: 'system_call_vectored_common',
    thread: 'start_kernel_thread',
  },
}

const FRAME = /^(\[[^\]]*\](?:\[[^\]]*\])? )? +((?:\? )?[a-z_][\w.]*\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[\w+\])?)$/
const OF_X86 = /\b(?!RCU:)(?:R[A-D0-9S][A-Z0-9]|FS|CS|CR2|PKRU|Code|ORIG_RAX): |<\/?TASK>|\bRIP: 00[23]3:/

/** A report of x86, printed by another architecture. */
const printedBy = (log: string, { pointer, frame, heading, syscall, entry, thread }: Printed): string =>
  log
    .split('\n')
    .flatMap((line) => {
      const stamp = /^\[[^\]]*\](?:\[[^\]]*\])? /.exec(line)?.[0] ?? ''
      const at = /RIP: 0010:(\S+)$/.exec(line)?.[1]
      if (at !== undefined)
        return pointer(at)
          .split('\n')
          .map((text) => stamp + text)
      if (OF_X86.test(line)) return []
      return [line.replace(FRAME, (_, before: string | undefined, place: string) => (before ?? '') + frame(place))]
    })
    .join('\n')
    .replaceAll('Call Trace:', heading)
    .replaceAll('__x64_sys_', syscall)
    .replaceAll('entry_SYSCALL_64_after_hwframe', entry)
    .replaceAll(/\bret_from_fork(?:_asm)?\+/g, `${thread}+`)

// Interrupts, double registers and the functions that print a report have other forms elsewhere; a fault of x86 has other words.
const isOfMany = (log: string): boolean =>
  /entry_SYSCALL_64_after_hwframe\+|ret_from_fork\+/.test(log) &&
  !/<(?:IRQ|NMI|EOI|SOFTIRQ)>|asm_|NMI backtrace|RIP: 0010:.*(?:\[|\.c:)|DR0:|\[inline\]|Sending NMI/.test(log)

test.each(Object.entries(ARCHITECTURES))('the same report has the same bucket on %s', (_, printed) => {
  const many = logs.filter(({ log }) => isOfMany(log))
  expect(many.length).toBeGreaterThan(80)
  const read = many.map(({ name, log }) => ({ name, buckets: bucketsOf(printedBy(log, printed)) }))
  expect(read).toEqual(many.map(({ name, splats }) => ({ name, buckets: splats.map(({ bucket }) => bucket) })))
})

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
