// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Hit } from '../fault.ts'
import type { Started } from '../program.ts'
import type { Random } from '../random.ts'
import { type Boot, captured, type Line } from '../recording.ts'
import { numbered } from './signals.ts'

/** A record of the guest, as JSON. */
export type Rec = Record<string, unknown> & { t: string; seq: number; ms: number; lane?: string }

/** The records of the capture of a leg. */
export const recordsOf = (leg: 'before' | 'after'): readonly Rec[] =>
  captured(leg).records.map(({ text }) => JSON.parse(text) as Rec)

const lineOf = (record: Rec): Line => ({ ms: record.ms, text: `${JSON.stringify(record)}\n` })

/** Numbers the records anew, and corrects the count at the end: a guest that lies consistently. */
export const renumbered = (records: readonly Rec[]): readonly Rec[] =>
  records.map((record, seq) => ({ ...record, seq, ...(record.t === 'end' ? { records: seq } : {}) }))

/** The clean boot with these records. */
export const withRecords = (records: readonly Rec[]): Boot => ({ ...captured('after'), records: records.map(lineOf) })

/** Not exercised, or contradicting itself. */
const UNSURE = ['4 invalid']
const UNSURE_OR_ERROR = ['4 invalid', '3 invalid']
const RED = ['1 regression']
const NOT_GREEN = [...UNSURE_OR_ERROR, ...RED]

type Forge = (records: readonly Rec[], random: Random) => readonly Rec[]

interface Lie {
  readonly name: string
  readonly right: readonly string[]
  readonly why: string
  readonly blame: Fault['blame']
  readonly forge: Forge
}

const isEnd = (record: Rec, lane?: string): boolean =>
  record.t === 'laneEnd' && (lane === undefined || record.lane === lane)

const edit =
  (wanted: (record: Rec) => boolean, change: (record: Rec) => object): Forge =>
  (records) =>
    records.map((record) => (wanted(record) ? { ...record, ...change(record) } : record))

const pagesOf = (record: Rec): object => record.pages as object

const insertAfter = (records: readonly Rec[], at: number, ...added: Rec[]): readonly Rec[] =>
  renumbered([...records.slice(0, at + 1), ...added, ...records.slice(at + 1)])

const wrongPage = (record: Rec): Rec => ({
  seq: 0,
  t: 'wrongPage',
  ms: record.ms,
  lane: record.lane ?? 'race',
  region: 0,
  index: 7,
  generation: 1,
  offset: 0,
  expected: '0123456789abcdef',
  got: '0000000000000000',
})

const truths: readonly Lie[] = [
  {
    name: 'a page came back wrong',
    right: RED,
    why: "lost data is the kernel's",
    blame: 'kernel',
    forge: (records, random) => {
      const samples = records.flatMap((record, index) => (record.t === 'sample' ? [index] : []))
      const at = random.pick(samples)
      const { lane } = records[at]!
      const told = insertAfter(records, at, wrongPage(records[at]!)).map((record) =>
        isEnd(record, lane) ? { ...record, pages: { ...pagesOf(record), wrong: 1 } } : record,
      )
      return told.map((record) => (record.t === 'end' ? { ...record, wrongPages: 1 } : record))
    },
  },
  {
    name: 'handles leak',
    right: RED,
    why: "a leak is the kernel's",
    blame: 'kernel',
    forge: edit(
      (record) => record.t === 'balance' && record.at === 'drained' && record.lane === 'pump',
      () => ({ zsHandle: 5, objUsed: 5 }),
    ),
  },
  {
    name: 'pages are left in the swap cache',
    right: RED,
    why: "what is left over is the kernel's",
    blame: 'kernel',
    forge: edit(
      (record) => record.t === 'check' && record.lane === 'pump',
      () => ({ seen: 4 }),
    ),
  },
  {
    name: 'the swap cache could not be read',
    right: UNSURE,
    why: 'nobody saw that nothing is left',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'check' && record.lane === 'pump',
      () => ({ seen: null }),
    ),
  },
  {
    name: 'one CPU',
    right: UNSURE,
    why: 'no race can happen on one CPU',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'hello',
      () => ({ cpusOnline: 1 }),
    ),
  },
  {
    name: 'zswap is off',
    right: UNSURE,
    why: 'nothing was exercised',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'hello',
      (record) => ({ zswap: { ...(record.zswap as object), enabled: 'N' } }),
    ),
  },
  {
    name: 'a lane was skipped',
    right: UNSURE,
    why: 'a lane that did not run is no evidence',
    blame: 'nobody',
    forge: edit(
      (record) => isEnd(record, 'restore'),
      () => ({ status: 'skipped', reason: 'no failslab' }),
    ),
  },
  {
    name: 'no free fell into a window',
    right: UNSURE,
    why: 'the race was not met',
    blame: 'nobody',
    forge: edit(
      (record) => (record.t === 'sample' || record.t === 'laneEnd') && record.race !== null,
      (record) => ({ race: { ...(record.race as object), hits: 0 } }),
    ),
  },
]

const lies: readonly Lie[] = [
  {
    name: 'a lane counts wrong pages that no record shows',
    right: NOT_GREEN,
    why: 'records that contradict each other pass nothing',
    blame: 'either',
    forge: edit(
      (record) => isEnd(record, 'pump'),
      (record) => ({ pages: { ...pagesOf(record), wrong: 5 } }),
    ),
  },
  {
    name: 'the end counts wrong pages that no record shows',
    right: NOT_GREEN,
    why: 'records that contradict each other pass nothing',
    blame: 'either',
    forge: edit(
      (record) => record.t === 'end',
      () => ({ wrongPages: 3 }),
    ),
  },
  {
    name: 'the end counts no lanes',
    right: UNSURE_OR_ERROR,
    why: 'records that contradict each other pass nothing',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'end',
      () => ({ lanesRun: 0 }),
    ),
  },
  {
    name: 'a lane of 8 s lasted 1 ms',
    right: UNSURE_OR_ERROR,
    why: 'records that contradict each other pass nothing',
    blame: 'nobody',
    forge: edit(
      (record) => isEnd(record, 'classes'),
      () => ({ elapsedMs: 1 }),
    ),
  },
  {
    name: 'a lane verified nothing',
    right: UNSURE,
    why: 'evidence is per lane',
    blame: 'nobody',
    forge: edit(
      (record) => record.lane === 'pump' && 'pages' in record,
      (record) => ({ pages: { ...pagesOf(record), verified: 0 } }),
    ),
  },
  {
    name: 'a lane wrote nothing back',
    right: UNSURE,
    why: 'evidence is per lane',
    blame: 'nobody',
    forge: edit(
      (record) => isEnd(record, 'classes'),
      (record) => ({
        zswap: { ...(record.zswap as object), written_back_pages: 0 },
      }),
    ),
  },
  {
    name: 'no balance',
    right: UNSURE,
    why: 'an oracle without data cannot vouch for a pass',
    blame: 'nobody',
    forge: (records) => renumbered(records.filter(({ t }) => t !== 'balance')),
  },
  {
    name: 'balances of nulls',
    right: UNSURE,
    why: 'an oracle without data cannot vouch for a pass',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'balance',
      (record) =>
        Object.fromEntries(
          Object.keys(record).flatMap((key) => (['seq', 't', 'ms', 'lane', 'at'].includes(key) ? [] : [[key, null]])),
        ),
    ),
  },
  {
    name: 'the lines of the patch never ran',
    right: UNSURE,
    why: '0 of N lines of the patch executed is inconclusive',
    blame: 'nobody',
    forge: edit(
      (record) => record.t === 'coverage',
      () => ({ data: '@IDLE@' }),
    ),
  },
]

const streamFaults: readonly Lie[] = [
  {
    name: 'a record repeated',
    right: UNSURE_OR_ERROR,
    why: 'a stream with a wrong number says nothing',
    blame: 'nobody',
    forge: (records, random) => {
      const at = random.between(0, records.length)
      return [...records.slice(0, at + 1), ...records.slice(at)]
    },
  },
  {
    name: 'two records in the wrong order',
    right: UNSURE_OR_ERROR,
    why: 'a stream with a wrong number says nothing',
    blame: 'nobody',
    forge: (records, random) => {
      const at = random.between(0, records.length - 1)
      return [...records.slice(0, at), records[at + 1]!, records[at]!, ...records.slice(at + 2)]
    },
  },
  {
    name: 'a record lost',
    right: UNSURE_OR_ERROR,
    why: 'a stream with a gap says nothing',
    blame: 'nobody',
    forge: (records, random) => {
      const at = random.between(0, records.length - 1)
      return records.filter((_, index) => index !== at)
    },
  },
  {
    name: 'a record after the end',
    right: NOT_GREEN,
    why: 'the end record is the last: such a stream passes nothing',
    blame: 'either',
    forge: (records) => [...records, { ...records.at(-2)!, seq: records.length }],
  },
]

const faultOf =
  (category: string, lie: Lie) =>
  (random: Random): Omit<Fault, 'name'> => ({
    category,
    stock: 'built',
    blame: lie.blame,
    right: lie.right,
    why: lie.why,
    boots: { after: withRecords(lie.forge(recordsOf('after'), random)) },
  })

const cutText = (text: string, at: number): Line[] =>
  text
    .slice(0, at)
    .split(/(?<=\n)/)
    .map((line) => ({ ms: 0, text: line }))

/** The records end at a random byte. */
const cut = (seed: string, console: 'whole' | 'cut'): readonly Fault[] =>
  numbered(seed, 4, `records cut, console ${console}`, (random) => {
    const boot = captured('after')
    const text = boot.records.map((line) => line.text).join('')
    // Before the last record's end.
    const at = random.between(1, text.length - 20)
    const kept = cutText(text, at)
    const records = kept.map((line, index) => ({ ...line, ms: boot.records[index]!.ms }))
    const until = records.at(-1)!.ms
    const shown = console === 'whole' ? boot.console : boot.console.filter(({ ms }) => ms <= until)
    return {
      category: 'records cut',
      stock: 'built',
      blame: console === 'whole' ? 'either' : 'kernel',
      right: console === 'whole' ? NOT_GREEN : RED,
      why:
        console === 'whole'
          ? 'the console shows an orderly end, so records were lost: nothing passes without them'
          : 'the machine restarted in the middle of its work: that is the kernel',
      detail: `byte ${at} of ${text.length}`,
      boots: { after: { ...boot, console: shown, records } },
    }
  })

const JUNK: readonly { name: string; text: string; times?: number }[] = [
  { name: 'a line that is not JSON', text: 'hello world\n' },
  { name: 'bytes of every value', text: `${String.fromCharCode(...Array.from({ length: 256 }, (_, n) => n))}\n` },
  { name: 'a line of 3 MiB', text: `${'x'.repeat(3 << 20)}\n` },
  { name: 'JSON with deep nesting', text: `${'['.repeat(200_000)}\n` },
  { name: 'a record of an unknown type', text: '{"seq":3,"t":"laneStop","ms":3000}\n' },
  { name: 'a record with a prototype', text: '{"seq":3,"t":"notice","ms":3000,"text":"x","__proto__":{"wrong":1}}\n' },
]

const junk = (seed: string): readonly Fault[] =>
  JUNK.flatMap(({ name, text }) =>
    numbered(seed, 1, `records with ${name}`, (random) => {
      const boot = captured('after')
      const at = random.between(1, boot.records.length)
      const records = [...boot.records.slice(0, at), { ms: boot.records[at - 1]!.ms, text }, ...boot.records.slice(at)]
      return {
        category: 'records forged',
        stock: 'built',
        blame: 'nobody',
        right: UNSURE_OR_ERROR,
        why: 'a stream that cannot be read says nothing',
        detail: `after record ${at}`,
        boots: { after: { ...boot, records } },
      }
    }),
  )

const FLOOD_MIB = 48
const BOUND_MIB = 700

/** Watches the memory of the program until it ends. */
const peakMemory = async (started: Started): Promise<Hit> => {
  let peak = 0
  while (!started.isOver()) {
    const status = await readFile(`/proc/${started.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) >> 10)
    await sleep(50)
  }
  return { hit: true, note: `peak ${peak} MiB`, wrong: peak > BOUND_MIB ? [`the harness took ${peak} MiB`] : [] }
}

const flood = (seed: string): readonly Fault[] =>
  numbered(seed, 1, 'a flood of records', () => {
    const line = '{"seq":3,"t":"notice","ms":3000,"text":"again"}\n'
    const text = line.repeat(Math.ceil((1 << 20) / line.length))
    return {
      category: 'records forged',
      stock: 'built',
      blame: 'nobody',
      right: UNSURE_OR_ERROR,
      why: 'a stream with wrong numbers says nothing, and its memory is bounded',
      detail: `${FLOOD_MIB} MiB`,
      boots: { after: { ...captured('after'), flood: { text, times: FLOOD_MIB } } },
      during: peakMemory,
    }
  })

const legs = (seed: string): readonly Fault[] => [
  ...numbered(seed, 1, 'the before leg runs clean', () => ({
    category: 'records forged',
    stock: 'built' as const,
    blame: 'nobody' as const,
    right: ['4 not-demonstrated'],
    why: 'without the bug there is nothing to fix',
    boots: { before: captured('after') },
  })),
  ...numbered(seed, 1, 'the after leg crashes as before', () => ({
    category: 'records forged',
    stock: 'built' as const,
    blame: 'kernel' as const,
    right: ['1 not-fixed'],
    why: 'the bug is still there',
    boots: { after: captured('before') },
  })),
]

/** A guest whose records are cut, repeated, reordered or forged. */
export const guest = (seed: string): readonly Fault[] => [
  ...cut(seed, 'whole'),
  ...cut(seed, 'cut'),
  ...streamFaults.flatMap((lie) => numbered(seed, 3, lie.name, faultOf('records repeated, reordered, lost', lie))),
  ...[...truths, ...lies].flatMap((lie) => numbered(seed, 1, lie.name, faultOf('records forged', lie))),
  ...junk(seed),
  ...flood(seed),
  ...legs(seed),
]
