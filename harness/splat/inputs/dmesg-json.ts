// SPDX-License-Identifier: MIT
import { passProgramText, printkStamp } from './entry.ts'
import { type InputFormat, type Lines, Unread } from './input.ts'
import { type JsonRecord, JsonRecords } from './jsonrecords.ts'

const KEY = /(?<!\\)"msg"\s*:/

// Read from a file or by syslog(2), util-linux 2.38 puts all that follows into each message.
const NEXT = /\n<\d{1,3}>\[/

// `pri` is a number, or with -x a word, and `fac` another.
const isKernels = ({ pri, fac }: Record<string, unknown>): boolean => {
  if (typeof fac === 'string') return fac.trim() === 'kern'
  return typeof pri !== 'number' || pri < 8
}

const callerOf = (caller: unknown): string | undefined =>
  typeof caller === 'string' ? /^\s*([TC]\d{1,10})\s*$/.exec(caller)?.[1] : undefined

const pass = (lines: Lines, { text, line }: JsonRecord): void => {
  const entry = JSON.parse(text) as Record<string, unknown>
  if (typeof entry.msg !== 'string') return
  const number = line + text.slice(0, Math.max(0, text.search(KEY))).split('\n').length - 1
  const stamp = printkStamp(typeof entry.time === 'number' ? entry.time * 1e6 : undefined, callerOf(entry.caller))
  for (const part of entry.msg.split(NEXT, 1)[0]!.split('\n')) {
    if (isKernels(entry)) lines.line(stamp + part, number, 'kernel')
    else passProgramText(lines, part, number)
  }
}

/** `dmesg --json`. */
export const dmesgJson: InputFormat = {
  name: 'dmesg JSON',
  begins: /^\{\s*"dmesg"\s*:/,
  open: (reader) => {
    const unread = new Unread()
    const records = new JsonRecords(2, {
      damaged: (line) => unread.add(line),
      record: (record) => {
        try {
          pass(reader, record)
        } catch {
          unread.add(record.line)
        }
      },
    })
    return {
      push: (chunk) => records.push(chunk),
      end: () => ({ lines: records.end(), unread: unread.found }),
    }
  },
}
