// SPDX-License-Identifier: MIT
import { BOOT_LINE, passProgramText, printkStamp } from './entry.ts'
import type { Lines } from './input.ts'

/** The fields of a journal entry that tell what a message is. */
export const JOURNAL_FIELDS = [
  'MESSAGE',
  '_TRANSPORT',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_FACILITY',
  '_SOURCE_MONOTONIC_TIMESTAMP',
  '_BOOT_ID',
] as const

type Field = (typeof JOURNAL_FIELDS)[number]

/** A journal entry, and the line of the input on which its message begins. */
export interface JournalEntry {
  readonly fields: ReadonlyMap<Field, string>
  readonly line: number
  /** Whether each line of the message is a line of the input. */
  readonly spread: boolean
}

/** Whether the journal knows these fields to be of interest. */
export const isJournalField = (name: string): name is Field => (JOURNAL_FIELDS as readonly string[]).includes(name)

// Only journald sets fields that begin with an underscore: what a program says of itself comes second. Programs that
// write to /dev/kmsg have the kernel's transport, and another facility.
const originOf = (fields: JournalEntry['fields']): 'kernel' | 'user' | undefined => {
  const transport = fields.get('_TRANSPORT')
  const facility = fields.get('SYSLOG_FACILITY')
  const identifier = fields.get('SYSLOG_IDENTIFIER')
  if (transport === undefined) {
    if (identifier === undefined) return undefined
    return identifier === 'kernel' ? 'kernel' : 'user'
  }
  if (transport !== 'kernel') return 'user'
  return (facility ?? '0') === '0' && (identifier ?? 'kernel') === 'kernel' ? 'kernel' : 'user'
}

const passMessage = (lines: Lines, { fields, line, spread }: JournalEntry): void => {
  const origin = originOf(fields)
  const time = fields.get('_SOURCE_MONOTONIC_TIMESTAMP')
  const stamp = origin === 'kernel' ? printkStamp(time === undefined ? undefined : Number(time)) : ''
  for (const [index, text] of (fields.get('MESSAGE') ?? '').split('\n').entries()) {
    const number = line + (spread ? index : 0)
    if (origin === 'user') passProgramText(lines, text, number)
    else lines.line(stamp + text, number, origin)
  }
}

/** Passes the messages of the entries on as lines of a console: those of the kernel, and those that nothing is known of. */
export const journalTo = (lines: Lines): ((entry: JournalEntry) => void) => {
  let boot: string | undefined
  return (entry) => {
    const id = entry.fields.get('_BOOT_ID')
    if (id !== undefined && boot !== undefined && id !== boot) lines.line(`${BOOT_LINE}${id} --`, entry.line)
    boot = id ?? boot
    passMessage(lines, entry)
  }
}
