// SPDX-License-Identifier: MIT
import { type InputFormat, Unread } from './input.ts'
import { JOURNAL_FIELDS, type JournalEntry, journalTo } from './journal.ts'
import { type JsonRecord, JsonRecords } from './jsonrecords.ts'

const KEY = /(?<!\\)"MESSAGE"\s*:/

/** A value as journalctl writes it: a string, the bytes of one that is not text, or a list when the field is there twice. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  if (value.every((byte) => typeof byte === 'number')) return Buffer.from(value).toString('utf8')
  return value
    .map(textOf)
    .filter((text) => text !== undefined)
    .join('\n')
}

const toEntry = ({ text, line }: JsonRecord): JournalEntry | undefined => {
  const object: unknown = JSON.parse(text)
  const fields = new Map<(typeof JOURNAL_FIELDS)[number], string>()
  for (const name of JOURNAL_FIELDS) {
    const value = textOf((object as Record<string, unknown>)[name])
    if (value !== undefined) fields.set(name, value)
  }
  if (!fields.has('MESSAGE')) return undefined
  const before = text.slice(0, Math.max(0, text.search(KEY)))
  return { fields, line: line + before.split('\n').length - 1, spread: false }
}

const layout = (name: string, begins: RegExp, base: number): InputFormat => ({
  name,
  begins,
  open: (reader) => {
    const unread = new Unread()
    const pass = journalTo(reader)
    const records = new JsonRecords(base, {
      damaged: (line) => unread.add(line),
      record: (record) => {
        try {
          const entry = toEntry(record)
          if (entry !== undefined) pass(entry)
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
})

// A name of a field: upper case, and no other JSON that a log holds has such names only.
const NAME = String.raw`\s*"_{0,2}[A-Z][A-Z0-9_]{1,63}"\s*:`

/** `journalctl -o json`, `json-pretty`, `json-sse` and `json-seq`. */
export const journalJson = layout('journal JSON', new RegExp(String.raw`^(?:\u001e|data: ?)?\{${NAME}`), 0)

/** The same as a list, as `jq -s` makes it. */
export const journalJsonList = layout('journal JSON list', new RegExp(String.raw`^\[\s*\{${NAME}`), 1)
