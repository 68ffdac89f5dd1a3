// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTestimony } from '../../guest/records.ts'
import { createSplatReader } from '../../splat/index.ts'
import { splatSchema } from '../../splat/model.ts'
import { corpusNames, readCorpus } from '../corpus.ts'
import type { Family, HostileCase } from './case.ts'
import { call, unsafeIn } from './cli.ts'
import { bentJson, damaged, mutated, NASTY } from './mutate.ts'
import { type Random, randomFrom } from './random.ts'

const HEAD = '[    1.000000] BUG: KASAN: use-after-free in foo+0x1/0x2\n[    1.000000] Call Trace:\n'
const HAND: readonly (readonly [name: string, log: string | Buffer])[] = [
  ['nothing', ''],
  ['zeros', Buffer.alloc(1 << 20)],
  ['newlines', '\n'.repeat(1 << 20)],
  ['returns', '\r'.repeat(1 << 18)],
  ['a line of 8 MiB', 'x'.repeat(8 << 20)],
  ['a line of stamps', '[    1.000000]'.repeat(20_000)],
  ['dashes', '-'.repeat(1 << 18)],
  ['a frame with many places', `${HEAD} foo (${'.c:1 '.repeat(60)}.c:1)x\n`],
  ['a frame with many unknown places', `${HEAD} foo (??:0 ${'..S:0 ??:0 '.repeat(33)})\n`],
  ['a name with many suffixes', `${HEAD} foo${'.warm.0'.repeat(50)}f+0x1/0x2\n`],
  ['a thousand reports', HEAD.repeat(1_000)],
  [
    'a caller for each line',
    Array.from({ length: 5_000 }, (_, i) => `[    1.000000][T${i}] BUG: KASAN: use-after-free in f${i}+0x1/0x2`).join(
      '\n',
    ),
  ],
  [
    'kinds that are names of Object',
    'BUG: KASAN: constructor in foo+0x1/0x2\nUBSAN: constructor in x.c:1:2\nBUG: KFENCE: toString in foo\n',
  ],
  ['escapes', `${HEAD}\u001b[2J\u001b]0;x\u0007\u009b31m ::error::x\n::error::forged\n##[error]forged\n`],
  ['half characters', Buffer.from([0xed, 0xa0, 0x80, 0x0a, 0xf0, 0x9f, 0x0a])],
  ['UTF-16', Buffer.from(HEAD, 'utf16le')],
]

const read = (log: string | Buffer) => {
  const reader = createSplatReader()
  reader.push(log)
  return reader.end()
}

/** What is wrong with the output of `log` for a file with this many reports. */
const shownAs = async (flags: readonly string[], path: string, reports: number): Promise<string | undefined> => {
  const { output, exitCode, error } = await call(['log', ...flags, path])
  if (error !== undefined) throw error
  return exitCode === (reports > 0 ? 1 : 0) ? unsafeIn(output) : `exit ${exitCode} for ${reports} reports`
}

const logCase = (name: string, log: string | Buffer): HostileCase => ({
  family: 'logs',
  name,
  read: async (dir) => {
    const splats = read(log)
    for (const splat of splats) splatSchema.parse(splat)
    writeFileSync(join(dir, 'x.log'), log)
    for (const flags of [[], ['--raw'], ['--json'], ['--stats']]) {
      const fault = await shownAs(flags, join(dir, 'x.log'), splats.length)
      if (fault !== undefined) return fault
    }
    return undefined
  },
})

const RECORDS = [
  {
    t: 'hello',
    seq: 0,
    ms: 1,
    protocol: 1,
    release: '6.1',
    cmdline: 'quiet',
    cpusOnline: 2,
    memTotalKiB: 1,
    zswap: null,
    holdModule: true,
    taint: 0,
  },
  { t: 'laneStart', seq: 1, ms: 2, lane: 'race', seconds: 3, windowUs: 5 },
  {
    t: 'sample',
    seq: 2,
    ms: 3,
    lane: 'race',
    elapsedMs: 1,
    zswap: null,
    pages: { written: 1, verified: 1, wrong: 0, freed: 0 },
    race: null,
  },
]

const recordsText = (random: Random, index: number): string => {
  const lines = RECORDS.map((one) => JSON.stringify(random.below(2) === 0 ? bentJson(one, random) : one))
  if (index % 3 === 0) return mutated(lines.join('\n'), random)
  if (index % 3 === 1) lines.splice(random.below(lines.length), 0, random.pick(NASTY))
  return lines.join('\n')
}

const recordCase = (name: string, text: string): HostileCase => ({
  family: 'guest records',
  name,
  read: async () => {
    const lines = text.split('\n')
    const { records, problems } = readTestimony(lines)
    // All but a last line that was cut off are records, or a problem.
    const lost = lines.slice(0, -1).length - records.length - problems.length
    if (lost > 0) return `${lost} lines are neither records nor problems`
    return records.length === lines.length || problems.length > 0 || lines.length - records.length === 1
      ? undefined
      : 'said nothing'
  },
})

/** Console logs and the records of a guest. */
export const logCases: Family = (seed) => {
  const random = randomFrom(seed)
  const names = corpusNames()
  const logs = Array.from({ length: 44 }, (_, index) => {
    const { log } = readCorpus(random.pick(names))
    return logCase(`mutation ${index}`, index % 2 === 0 ? damaged(log, random) : mutated(log.toString(), random))
  })
  const hand = [
    ['empty', ''],
    ['no JSON', 'x\n'.repeat(1_000)],
    ['deep', `${'['.repeat(100_000)}\n`],
    ['a huge number', '{"t":"hello","seq":1e999}\nx'],
  ] as const
  const records = Array.from({ length: 36 }, (_, index) => recordCase(`mutation ${index}`, recordsText(random, index)))
  return [
    ...HAND.map(([name, log]) => logCase(name, log)),
    ...logs,
    ...hand.map(([name, text]) => recordCase(name, text)),
    ...records,
  ]
}
