// SPDX-License-Identifier: MIT

/** The stamp of printk, with the caller where it has one, at the beginning of a line. */
const STAMP = /^\[ {0,6}(\d{1,7}\.\d{6})\](?:\[ *([TC]\d+)\])? ?/

/** Lines that have only one message, in printk's own form. */
const isPlain = (line: string): boolean => STAMP.test(line) && !line.slice(1).includes('[ ')

/** True for a log whose lines have printk's stamps, and nothing before them. */
export const isStamped = (lines: readonly string[]): boolean =>
  lines.length > 3 && lines.filter(isPlain).length >= lines.length * 0.8

/** True where every line has a stamp, so that each shows which caller it is of. */
export const isStampedThroughout = (lines: readonly string[]): boolean => lines.length > 3 && lines.every(isPlain)

/** The printk callers of a log. */
export const callersOf = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => STAMP.exec(line)?.[2] ?? []))

const seconds = (us: number): string => (us / 1e6).toFixed(6).padStart(12)

/** The line with another stamp and caller, or without one. A line without a stamp stays as it is. */
export const restamped = (line: string, us: number, caller: string | undefined): string =>
  STAMP.test(line)
    ? line.replace(STAMP, `[${seconds(us)}]${caller === undefined ? '' : `[${caller.padStart(6)}]`} `)
    : line

/** Ways in which other programs show the same line. Each keeps what printk wrote, or loses the stamp and the caller. */
export const prefixes: Readonly<Record<string, (line: string, index: number) => string>> = {
  none: (line) => line.replace(STAMP, ''),
  'no caller': (line) => line.replace(/^(\[ {0,6}\d{1,7}\.\d{6}\])\[ *[TC]\d+\]/, '$1'),
  'a level': (line) => `<4>${line}`,
  syslog: (line) => `Nov  6 12:34:56 node-7 kernel: ${line}`,
  'syslog without stamp': (line) => `Nov  6 12:34:56 node-7 kernel: ${line.replace(STAMP, '')}`,
  journal: (line, index) => `2026-11-06T12:34:${String(index % 60).padStart(2, '0')}+00:00 node-7 kernel: ${line}`,
  'a job log': (line) => `2026-11-06T12:34:56.1234567Z ${line}`,
  'carriage returns': (line) => `${line.replace(/\r+$/, '')}\r\r`,
  'a mail': (line) => `> ${line}`,
  colours: (line) => `\u001b[0;31m${line}\u001b[0m`,
}
