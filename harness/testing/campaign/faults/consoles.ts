// SPDX-License-Identifier: MIT
import { parseHeader, readCorpus } from '../../corpus.ts'
import type { Fault } from '../fault.ts'
import type { Random } from '../random.ts'
import { type Boot, captured, type Line } from '../recording.ts'
import { numbered } from './signals.ts'

/** Real reports, of the corpus; none has the title of the before leg's crash. */
export const SPLATS = [
  'kasan/captured-x86-canary-6.1.log',
  'kasan/captured-x86-zsmalloc-race-6.1.log',
  'warning/captured-x86-canary-6.1.log',
  'lockdep/captured-x86-canary-6.1.log',
  'oops/captured-x86-free-zspage-6.1.log',
  'kernel-bug/captured-x86-zs-map-object-6.1.log',
] as const

/** A real report, and the byte after the line that names it: by then it must be seen. */
export interface Excerpt {
  readonly text: string
  readonly headEnd: number
}

const HEAD = /^[^\n]*(?:BUG: |WARNING: |kernel BUG at|Oops: |general protection fault)[^\n]*\n/m

/** The report of a log, by the reading that a person checked. */
export const excerptOf = (name: string): Excerpt => {
  const file = readCorpus(name)
  const { line, lines } = parseHeader(file)[0]!
  const text = file.log
    .toString('latin1')
    .split(/(?<=\n)/)
    .slice(line - 1, line - 1 + lines)
    .join('')
  const head = HEAD.exec(text)!
  return { text, headEnd: head.index + head[0].length }
}

const RED = ['1 regression', '1 not-fixed']
const ANY = [...RED, '0 fixed', '4 invalid']

const insert = (boot: Boot, at: number, ...texts: string[]): Boot => {
  const { ms } = boot.console[at - 1]!
  const added = texts.map((text): Line => ({ ms, text }))
  return { ...boot, console: [...boot.console.slice(0, at), ...added, ...boot.console.slice(at)] }
}

const indexOf = (boot: Boot, word: string): number => boot.console.findIndex(({ text }) => text.includes(word))

/** A line within the lanes. */
const inLanes = (boot: Boot, random: Random): number =>
  random.between(indexOf(boot, 'lane race starts') + 1, indexOf(boot, 'zsharness: end:'))

// Every third cut is near the end of the head, where a reading changes.
const cutOf = (random: Random, { text, headEnd }: Excerpt, nth: number): number =>
  nth % 3 === 0 ? Math.max(1, headEnd + random.between(-12, 4)) : random.between(1, text.length)

const cutAndOn = (seed: string): readonly Fault[] =>
  numbered(seed, 12, 'splat cut, then the console goes on', (random, nth) => {
    const name = SPLATS[nth % SPLATS.length]!
    const excerpt = excerptOf(name)
    const at = cutOf(random, excerpt, nth)
    const whole = at >= excerpt.headEnd
    const boot = captured('after')
    return {
      category: 'splat cut at a byte',
      stock: 'built',
      blame: 'kernel',
      right: whole ? RED : ANY,
      why: whole ? 'its head says what it is' : 'its head is torn: seen or not, the host is not to blame',
      detail: `${name}, byte ${at} of ${excerpt.text.length}`,
      boots: { after: insert(boot, inLanes(boot, random), excerpt.text.slice(0, at)) },
    }
  })

const cutAndReset = (seed: string): readonly Fault[] =>
  numbered(seed, 8, 'splat cut by a reset', (random, nth) => {
    const name = SPLATS[nth % SPLATS.length]!
    const excerpt = excerptOf(name)
    const at = cutOf(random, excerpt, nth)
    const boot = captured('after')
    const line = inLanes(boot, random)
    const { ms } = boot.console[line - 1]!
    const torn = insert({ ...boot, console: boot.console.slice(0, line) }, line, excerpt.text.slice(0, at))
    return {
      category: 'splat cut at a byte',
      stock: 'built',
      blame: 'kernel',
      right: RED,
      why: 'a machine that resets without its end marker has failed, whatever it printed',
      detail: `${name}, byte ${at} of ${excerpt.text.length}`,
      boots: { after: { ...torn, records: boot.records.filter((record) => record.ms <= ms) } },
    }
  })

const beforeCut = (seed: string): readonly Fault[] =>
  numbered(seed, 8, "the before leg's crash cut by the reset", (random, nth) => {
    const boot = captured('before')
    const from = indexOf(boot, 'BUG: kernel NULL pointer')
    const stack = indexOf(boot, 'shrink_worker+')
    const text = boot.console
      .slice(from)
      .map((line) => line.text)
      .join('')
    const shown = boot.console
      .slice(from, stack + 1)
      .map((line) => line.text)
      .join('').length
    const at = nth < 5 ? random.between(0, shown) : random.between(shown, text.length)
    const whole = at >= shown
    const console = [...boot.console.slice(0, from), { ms: boot.console[from]!.ms, text: text.slice(0, at) }]
    return {
      category: 'splat cut at a byte',
      stock: 'built',
      blame: 'nobody',
      right: whole ? ['0 fixed'] : ['0 fixed', '4 not-demonstrated'],
      why: whole
        ? 'the stack that is the signature was printed'
        : 'it crashed; whether as the bug does, the rest would show',
      detail: `byte ${at} of ${text.length}, the signature ends at ${shown}`,
      // The general rule for this leg does not hold: its crash may lack the signature.
      boots: { before: { ...boot, console } },
    }
  })

const afterEnd = (seed: string): readonly Fault[] =>
  numbered(seed, 6, 'splat after the end marker', (random, nth) => {
    const name = SPLATS[nth % SPLATS.length]!
    const boot = captured('after')
    const end = indexOf(boot, 'zsharness: end:')
    const line = random.between(end + 1, boot.console.length + 1)
    return {
      category: 'splat after the end marker',
      stock: 'built',
      blame: 'kernel',
      right: RED,
      why: 'a kernel that reports while it shuts down has failed',
      detail: `${name}, before line ${line - end} of what follows the marker`,
      boots: { after: insert(boot, line, excerptOf(name).text) },
    }
  })

const chunks = (seed: string): readonly Fault[] => [
  ...numbered(seed, 6, 'splat in chunks', (random, nth) => {
    const name = SPLATS[nth % SPLATS.length]!
    const boot = captured('after')
    const chunk = random.between(1, 64)
    return {
      category: 'splat across chunks',
      stock: 'built',
      blame: 'kernel',
      right: RED,
      why: 'how the bytes arrive changes nothing',
      detail: `${name}, ${chunk} bytes at a time`,
      boots: { after: { ...insert(boot, inLanes(boot, random), excerptOf(name).text), chunk } },
    }
  }),
  ...numbered(seed, 2, 'both consoles in chunks', (random) => {
    const chunk = random.between(1, 40)
    return {
      category: 'splat across chunks',
      stock: 'built',
      blame: 'nobody',
      right: ['0 fixed'],
      why: 'how the bytes arrive changes nothing',
      detail: `${chunk} bytes at a time`,
      boots: { before: { ...captured('before'), chunk }, after: { ...captured('after'), chunk } },
    }
  }),
]

const LINES: readonly { text: string; right: readonly string[]; why: string }[] = [
  {
    text: '** 312 printk messages dropped **',
    right: ['4 invalid'],
    why: 'a console that lost lines passes nothing',
  },
  { text: 'swap_info_get: Bad swap file entry 3ffffffffffff', right: RED, why: 'the kernel reports a damaged entry' },
  { text: 'swap_info_get: Unused swap offset entry 0000a5c1', right: RED, why: 'the kernel reports a damaged entry' },
  { text: 'Read-error on swap-device (254:0:42928)', right: RED, why: 'the kernel could not read its swap' },
  {
    text: 'zswap: Decompression error from zswap (254:0:42928)',
    right: RED,
    why: 'the kernel could not decompress a page',
  },
]

const lines = (seed: string): readonly Fault[] =>
  LINES.flatMap(({ text, right, why }) =>
    numbered(seed, 1, `the line "${text}"`, (random) => {
      const boot = captured('after')
      return {
        category: 'lines of the console',
        stock: 'built',
        blame: right === RED ? 'kernel' : 'nobody',
        right,
        why,
        boots: {
          after: insert(boot, inLanes(boot, random), `[   15.100200][   T26] ${text}\r\n`),
        },
      }
    }),
  )

const hangs = (seed: string): readonly Fault[] => [
  ...numbered(seed, 1, 'it hangs after the end marker', () => ({
    category: 'lines of the console',
    stock: 'built' as const,
    blame: 'kernel' as const,
    right: RED,
    why: 'a kernel that cannot sync or restart has failed',
    start: () => ({ limitMs: 300_000 }),
    boots: { after: { ...captured('after'), end: 'hang' as const } },
  })),
  ...numbered(seed, 1, 'both legs print a report that is not the bug', (random) => {
    const { text } = excerptOf('warning/captured-x86-canary-6.1.log')
    const [before, after] = (['before', 'after'] as const).map(captured)
    return {
      category: 'lines of the console',
      stock: 'built',
      blame: 'kernel',
      right: ['4 invalid'],
      why: 'a failure of both legs says nothing about the patch',
      boots: {
        before: insert(before!, indexOf(before!, 'Run /init'), text),
        after: insert(after!, inLanes(after!, random), text),
      },
    }
  }),
]

/** A console with a report cut at a byte, after the end marker and across chunks, and lines that must not be missed. */
export const consoles = (seed: string): readonly Fault[] => [
  ...hangs(seed),
  ...cutAndOn(seed),
  ...cutAndReset(seed),
  ...beforeCut(seed),
  ...afterEnd(seed),
  ...chunks(seed),
  ...lines(seed),
]
