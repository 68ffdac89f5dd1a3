// SPDX-License-Identifier: MIT
import { createSplatReader } from '../../splat/index.ts'

/** One measured value. */
export interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const CHUNK = 1 << 20
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

const readAll = (log: Buffer, repeat: number): number => {
  const reader = createSplatReader()
  chunked(log, repeat, (chunk) => reader.push(chunk))
  return reader.end().length
}

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

const REPORT = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  'Oops: 0000 [#1] PREEMPT SMP PTI',
  'CPU: 1 PID: 412 Comm: ip Not tainted 6.1.0 #1',
  'RIP: 0010:fib_info_update+0x31/0x90',
  'Call Trace:',
  ' fib_table_insert+0x1c2/0x9d0',
  ' inet_rtm_newroute+0x5b/0x80',
  '---[ end trace 0000000000000000 ]---',
] as const

/** A log of splats only, which is the slow path. */
const reportLog = (bytes: number): Buffer => makeLog(bytes, (i) => REPORT[i % REPORT.length]!)

/** Compares the reader with plain line splitting, on ordinary and on the worst logs, and measures memory over 1 GiB. */
export const benchSplat = (gigabyte: boolean): readonly Measure[] => {
  const log = ordinaryLog(32 * MIB)
  const reports = reportLog(8 * MIB)
  readAll(log, 1)
  splitAll(log, 1)
  const read = rate(log.length * 4, () => readAll(log, 4))
  const split = rate(log.length * 4, () => splitAll(log, 4))
  const worst = rate(reports.length, () => readAll(reports, 1))
  const measures: Measure[] = [
    { name: 'splat: ordinary log', value: read, unit: 'MiB per CPU second' },
    { name: 'splat: plain line splitting', value: split, unit: 'MiB per CPU second' },
    { name: 'splat: reader over splitting', value: read / split, unit: 'x' },
    { name: 'splat: log of splats only', value: worst, unit: 'MiB per CPU second' },
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
