// SPDX-License-Identifier: MIT
import { createLogReader } from '../splat/index.ts'
import type { LogEnd } from '../splat/inputs/reader.ts'

/** A line of the kernel's log. */
export interface KernelLine {
  readonly time: string
  readonly text: string
}

/** A log in one of the forms: its bytes, and the line of the form for each line of the log. */
export interface Written {
  readonly bytes: Buffer
  readonly numbers: readonly number[]
}

type Writer = (lines: readonly KernelLine[]) => Written

const PRINTK = /^\[ *(\d+\.\d{6})\] (.*)$/

/** The lines of a log in which each has a stamp, and none a caller or a control character; else undefined. */
export const kernelLines = (log: Buffer): readonly KernelLine[] | undefined => {
  const text = log.toString('utf8')
  if (/[\u0000-\u0009\u000b-\u001f\ufffd]/.test(text) || !text.endsWith('\n')) return undefined
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map((line) => PRINTK.exec(line))
  // A stamp, a prefix or blanks that begin a message would be read as those of the form.
  const isPlain = lines.every((match) => match !== null && !/^(?:\s*$|\s*[<[>|]|\w+ *: +\w+ *:)/.test(match[2]!))
  return isPlain ? lines.map((match) => ({ time: match![1]!, text: match![2]! })) : undefined
}

/** One line of the form for each line of the log, after `first` others. */
const each =
  (first: readonly string[], form: (line: KernelLine, index: number) => string, last = ''): Writer =>
  (lines) => ({
    bytes: Buffer.from([...first, ...lines.map(form)].map((line) => `${line}\n`).join('') + last),
    numbers: lines.map((_, index) => first.length + index + 1),
  })

const stamped = ({ time, text }: KernelLine): string => `[${time.padStart(12)}] ${text}`

const us = (time: string): number => Math.round(Number(time) * 1e6)

const fieldsOf = ({ time, text }: KernelLine) => ({
  __CURSOR: 's=1',
  __REALTIME_TIMESTAMP: String(1_767_225_600_000_000 + us(time)),
  _TRANSPORT: 'kernel',
  SYSLOG_IDENTIFIER: 'kernel',
  SYSLOG_FACILITY: '0',
  _SOURCE_MONOTONIC_TIMESTAMP: String(us(time)),
  MESSAGE: text,
})

const lengthOf = (text: string): Buffer => {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)))
  return length
}

const newlines = (bytes: Buffer): number => bytes.toString('latin1').split('\n').length - 1

/** Some pieces for each line; the line of the form is that of the last piece's beginning. */
const pieces =
  (
    form: (line: KernelLine, index: number) => readonly [before: Buffer, message: Buffer],
    first = '',
    last = '',
  ): Writer =>
  (lines) => {
    const all: Buffer[] = [Buffer.from(first)]
    let line = newlines(all[0]!) + 1
    const numbers = lines.map((one, index) => {
      const [before, message] = form(one, index)
      all.push(before, message)
      const at = line + newlines(before)
      line = at + newlines(message)
      return at
    })
    return { bytes: Buffer.concat([...all, Buffer.from(last)]), numbers }
  }

const exported = (line: KernelLine, index: number): readonly [Buffer, Buffer] => {
  const { MESSAGE, ...rest } = fieldsOf(line)
  const before = Object.entries(rest)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
  if (index % 2 === 0) return [Buffer.from(before), Buffer.from(`MESSAGE=${MESSAGE}\n\n`)]
  return [
    Buffer.concat([
      Buffer.from(`${before}_BLOB\n`),
      lengthOf('\n=\n'),
      Buffer.from('\n=\n\nMESSAGE\n'),
      lengthOf(MESSAGE),
    ]),
    Buffer.from(`${MESSAGE}\n\n`),
  ]
}

const pretty = (line: KernelLine): readonly [Buffer, Buffer] => {
  const { MESSAGE, ...rest } = fieldsOf(line)
  const before = Object.entries(rest)
    .map(([name, value]) => `\t"${name}" : ${JSON.stringify(value)},\n`)
    .join('')
  return [Buffer.from(`{\n${before}`), Buffer.from(`\t"MESSAGE" : ${JSON.stringify(MESSAGE)}\n}\n`)]
}

const dmesgRecord = ({ time, text }: KernelLine, index: number): readonly [Buffer, Buffer] => [
  Buffer.from(`${index === 0 ? '      {' : '      },{'}\n         "pri": 6,\n         "time": ${time.padStart(12)},\n`),
  Buffer.from(`         "msg": ${JSON.stringify(text)}\n`),
]

const coloured = (text: string): string =>
  text.replace(/^([^:]*: )/, '\u001b[33m$1\u001b[0m\u001b[31m').replace(/$/, '\u001b[0m')

const AT = '2026-01-01T00:00:00'

/** A writer of each form. */
export const writers: Readonly<Record<string, Writer>> = {
  printk: each([], stamped),
  'CR LF': each([], (line) => `${stamped(line)}\r`),
  'CR CR LF': each([], (line) => `${stamped(line)}\r\r`),
  'a byte order mark': each([], (line, index) => `${index === 0 ? '\ufeff' : ''}${stamped(line)}`),
  'dmesg --color': each([], ({ time, text }) => `\u001b[32m[${time.padStart(12)}] \u001b[0m${coloured(text)}`),
  'dmesg -r': each([], (line) => `<6>${stamped(line)}`),
  'dmesg -x': each([], (line) => `kern  :info  : ${stamped(line)}`),
  '/dev/kmsg': each([], ({ time, text }, index) => `6,${index},${us(time)},-;${text}`),
  'dmesg --json': pieces(dmesgRecord, '{\n   "dmesg": [\n', '      }\n   ]\n}\n'),
  'journalctl -o short-monotonic': each([], ({ time, text }) => `[${time.padStart(12)}] vm kernel: ${text}`),
  'journalctl -o export': pieces(exported),
  'journalctl -o json': each([], (line) => JSON.stringify(fieldsOf(line))),
  'journalctl -o json-seq': each([], (line) => `\u001e${JSON.stringify(fieldsOf(line))}`),
  'journalctl -o json-pretty': pieces(pretty),
  'journalctl -o json, bytes': each([], (line) =>
    JSON.stringify({ ...fieldsOf(line), MESSAGE: [...Buffer.from(line.text)] }),
  ),
  'RFC 3164': each([], (line) => `<6>Jan  1 00:00:00 vm kernel: ${stamped(line)}`),
  'RFC 5424': each([], (line) => `<6>1 ${AT}.003Z vm kernel - - - ${stamped(line)}`),
  'RFC 5424 with data': each([], (line) => `<6>1 ${AT}.003Z vm kernel - - [a b="c"][d e="f"] ${stamped(line)}`),
  'GitHub Actions': each(
    [`\ufeff${AT}.0000000Z ##[group]Run make`, `${AT}.0000000Z ##[endgroup]`],
    (line) => `${AT}.1234567Z ${stamped(line)}`,
  ),
  'gh run view --log': each(
    [`boot\tRun\t\ufeff${AT}.0000000Z ##[group]Run make`],
    (line) => `boot\tRun\t${AT}.1234567Z ${stamped(line)}`,
  ),
  GitLab: each(
    [
      'section_start:1560896352:boot\r\u001b[0K\u001b[0K\u001b[36;1mBoot\u001b[0;m',
      '\u001b[32;1m$ make boot\u001b[0;m',
    ],
    (line) => `${stamped(line)}\r`,
  ),
  'GitLab with stamps': (lines) => {
    const head = [`${AT}.000000Z 00O section_start:1560896352:boot\r\u001b[0K`, `${AT}.000000Z 01E $ make`]
    const parts = lines.map((line) => {
      const text = stamped(line)
      const cut = 13 + Math.floor((text.length - 13) / 2)
      return [`${AT}.000001Z 01O ${text.slice(0, cut)}`, `${AT}.000001Z 01O+${text.slice(cut)}`]
    })
    return {
      bytes: Buffer.from([...head, ...parts.flat()].map((line) => `${line}\n`).join('')),
      numbers: lines.map((_, index) => head.length + 2 * index + 1),
    }
  },
  LAVA: each(
    [`- {"dt": "${AT}.000000", "lvl": "info", "msg": "start: 0 validate"}`],
    (line) =>
      `- {"dt": "${AT}.000001", "lvl": "target", "msg": ${JSON.stringify(coloured(stamped(line))).replaceAll('\\u001b', '\\e')}}`,
  ),
  'LAVA, JSON': each([], (line) => JSON.stringify({ dt: AT, lvl: 'target', msg: stamped(line) })),
  'LAVA, single quotes': each(
    [],
    (line) => `- {dt: '${AT}.000001', lvl: target, msg: '${stamped(line).replaceAll("'", "''")}'}`,
  ),
}

/** Reads a whole log, in pieces of a size. */
export const readInput = (bytes: Uint8Array, pieceBytes = Number.POSITIVE_INFINITY): LogEnd => {
  const reader = createLogReader()
  const size = Math.min(pieceBytes, Math.max(1, bytes.length))
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
  return reader.end()
}
