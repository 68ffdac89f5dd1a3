// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSplatReader } from '../../splat/index.ts'
import { corpusNames, readCorpus } from '../corpus.ts'

/** One measured value. */
export interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const CHUNK = 1 << 20
const QUIET_MIB = 100
const MIB = 1 << 20

const ORDINARY = [
  'virtio_net virtio1 eth0: renamed from enp0s3',
  'EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.',
  'systemd[1]: Started Journal Service.',
  'audit: type=1400 audit(1677836400.123:45): apparmor="STATUS" operation="profile_load" profile="unconfined"',
  'usb 1-1: New USB device found, idVendor=0627, idProduct=0001, bcdDevice= 0.00',
  'zswap: loaded using pool zstd/zsmalloc',
  'WARNING: this is a line of user space that only looks like one',
] as const

const makeLog = (bytes: number, textOf: (line: number) => string): Buffer => {
  const lines: string[] = []
  for (let i = 0, size = 0; size < bytes; i += 1) {
    const line = `[${(i / 1000).toFixed(6).padStart(12)}] ${textOf(i)}\n`
    lines.push(line)
    size += line.length
  }
  return Buffer.from(lines.join(''))
}

/** An ordinary console log; one line in a thousand contains a trigger word. */
const ordinaryLog = (bytes: number): Buffer =>
  makeLog(bytes, (i) => (i % 1000 === 999 ? ORDINARY[6] : ORDINARY[i % 6]!))

const chunked = (log: Buffer, repeat: number, push: (chunk: Buffer) => void): void => {
  for (let round = 0; round < repeat; round += 1)
    for (let at = 0; at < log.length; at += CHUNK) push(log.subarray(at, at + CHUNK))
}

// CPU time, because other load on the machine must not change the result.
const rate = (bytes: number, work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return bytes / MIB / ((user + system) / 1e6)
}

const readWith = (options: Parameters<typeof createSplatReader>[0], log: Buffer, repeat: number): number => {
  const reader = createSplatReader(options)
  chunked(log, repeat, (chunk) => reader.push(chunk))
  return reader.end().length
}

// Every report is kept: those beyond a limit would be counted, and not read.
const readAll = (log: Buffer, repeat: number): number => readWith({ maxSplats: Number.POSITIVE_INFINITY }, log, repeat)

// The minimum cost of a reader that decodes every line.
const splitAll = (log: Buffer, repeat: number): number => {
  let lines = 0
  let rest = ''
  chunked(log, repeat, (chunk) => {
    const parts = (rest + chunk.toString('utf8')).split('\n')
    rest = parts.pop() ?? ''
    lines += parts.length
  })
  return lines
}

// Stamps, tasks and addresses differ from copy to copy, as in the logs of a machine that reports again and again.
const copyOf = (log: string, copy: number): string =>
  log
    .replace(
      /\[ *(\d+)\.(\d{6})\]/g,
      (_, whole: string, part: string) => `[${`${Number(whole) + copy}`.padStart(5)}.${part}]`,
    )
    .replace(/PID: \d+/g, `PID: ${1000 + (copy % 30_000)}`)
    .replace(/\b(ffff[0-9a-f]{4})([0-9a-f]{8})\b/g, (_, high: string, low: string) => {
      const moved = (Number.parseInt(low, 16) + 64 * copy) % 2 ** 32
      return high + moved.toString(16).padStart(8, '0')
    })

// Numbers as any, the same in each run.
let state = 1
const below = (most: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * most)
}

const digits = (count: number): string => Array.from({ length: count }, () => '0123456789abcdef'[below(16)]).join('')

const offset = (): string => {
  const at = 1 + below(4096)
  return `+0x${at.toString(16)}/0x${(at + below(4096)).toString(16)}`
}

// As of another build on another machine: CPUs, offsets and all addresses differ too, so that hardly a line comes again.
const firstOf = (log: string, copy: number): string =>
  log
    .replace(
      /\[ *(\d+)\.\d{6}\]/g,
      (_, whole: string) => `[${`${Number(whole) + copy}`.padStart(5)}.${`${below(1_000_000)}`.padStart(6, '0')}]`,
    )
    .replace(/PID: \d+/g, () => `PID: ${1 + below(32_000)}`)
    .replace(/CPU: \d+/g, () => `CPU: ${below(256)}`)
    .replace(/\b([0-9a-f]{4})([0-9a-f]{4}|[0-9a-f]{12})\b/g, (all, high: string, low: string) =>
      /\d/.test(all) && /[a-f]/.test(all) ? high + digits(low.length) : all,
    )
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, offset)

/** Copies of logs back to back, in another order each time: the slow path. */
const denseLog = (bytes: number, names: readonly string[], changed: (log: string, copy: number) => string): Buffer => {
  const logs = names.map((name) => `${readCorpus(name).log.toString('latin1')}\n`)
  const copies: string[] = []
  for (let size = 0, copy = 0; size < bytes; copy += 1) {
    const rest = [...logs]
    while (rest.length > 0) {
      const text = changed(rest.splice(below(rest.length), 1)[0]!, copy)
      copies.push(text)
      size += text.length
    }
  }
  return Buffer.from(copies.join(''), 'latin1')
}

// The least that any reader of a file does.
const grepRate = (log: Buffer): number | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'zsharness-bench-'))
  try {
    const path = join(folder, 'log')
    writeFileSync(path, log)
    // To /dev/null grep would end at the first match.
    const script = 'LC_ALL=C grep -c "BUG: " "$1" | cat >/dev/null; times'
    const { stdout } = spawnSync('bash', ['-c', script, 'bench', path], { encoding: 'utf8' })
    const [user, system] = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
    )
    return user === undefined || system === undefined ? undefined : log.length / MIB / Math.max(user + system, 0.001)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const besideGrep = (name: string, log: Buffer): readonly Measure[] => {
  const unit = 'MiB per CPU second'
  const read = rate(log.length, () => readAll(log, 1))
  const grep = grepRate(log)
  const measures: Measure[] = [{ name: `splat: ${name}`, value: read, unit }]
  if (grep === undefined) return measures
  return [
    ...measures,
    { name: `splat: ${name}, grep -c`, value: grep, unit },
    { name: `splat: ${name}, grep over reader`, value: grep / read, unit: 'x' },
  ]
}

const DENSE_MIB = 16

// The compiler of JavaScript needs some MiB until the program has its speed: other copies of the logs are read before.
const dense = (name: string, names: readonly string[]): readonly Measure[] =>
  (
    [
      ['for the first time', firstOf],
      ['again and again', copyOf],
    ] as const
  ).flatMap(([how, changed]) => {
    const warm = denseLog((DENSE_MIB / 2) * MIB, names, changed)
    const cold = rate(warm.length, () => readAll(warm, 1))
    const log = denseLog(DENSE_MIB * MIB, names, changed)
    const measures = besideGrep(`${name} ${how}`, log)
    const limited = rate(log.length, () => readWith({}, log, 1))
    const unit = 'MiB per CPU second'
    return [
      { name: `splat: ${name} ${how}, cold`, value: cold, unit },
      ...measures,
      { name: `splat: ${name} ${how}, with the limit of the command`, value: limited, unit },
    ]
  })

// Consoles of real kernels: the others have more odd prefixes than any real log.
const isCaptured = (name: string): boolean => /\/captured-/.test(name)
const REPEATED = 'kasan/captured-x86-zsmalloc-race-6.1.log'

/** Compares the reader with plain line splitting, and with grep on quiet and on dense logs, and measures memory over 1 GiB. */
export const benchSplat = (gigabyte: boolean): readonly Measure[] => {
  const log = ordinaryLog(32 * MIB)
  readAll(log, 1)
  splitAll(log, 1)
  const read = rate(log.length * 4, () => readAll(log, 4))
  const split = rate(log.length * 4, () => splitAll(log, 4))
  const measures: Measure[] = [
    { name: 'splat: ordinary log', value: read, unit: 'MiB per CPU second' },
    { name: 'splat: plain line splitting', value: split, unit: 'MiB per CPU second' },
    { name: 'splat: reader over splitting', value: read / split, unit: 'x' },
    ...besideGrep('quiet log', ordinaryLog(QUIET_MIB * MIB)),
    ...dense('one report', [REPEATED]),
    ...dense('captured logs', corpusNames().filter(isCaptured)),
    ...dense('all logs', corpusNames()),
  ]
  return gigabyte ? [...measures, ...benchMemory(log)] : measures
}

const benchMemory = (log: Buffer): readonly Measure[] => {
  const before = process.memoryUsage().rss
  const repeat = Math.ceil((1 << 30) / log.length)
  const speed = rate(log.length * repeat, () => readAll(log, repeat))
  const grown = (process.memoryUsage().rss - before) / MIB
  return [
    { name: 'splat: 1 GiB log', value: speed, unit: 'MiB per CPU second' },
    { name: 'splat: 1 GiB log, memory grown by', value: grown, unit: 'MiB' },
  ]
}
