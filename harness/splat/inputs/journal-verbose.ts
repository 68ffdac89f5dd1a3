// SPDX-License-Identifier: MIT
import { byLines } from './bylines.ts'
import type { InputFormat } from './input.ts'
import { isJournalField, type JournalEntry, journalTo } from './journal.ts'

const ENTRY = /^[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]{0,10} \S{1,10} \[s=/
const FIELD = /^ {4}([A-Z0-9_]{1,64})=/

/** `journalctl -o verbose`: a line for each entry, and its fields below. */
export const journalVerbose: InputFormat = {
  name: 'journal verbose',
  begins: /^(?:-- [^\n]{1,200}\n)?[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]{0,10} \S{1,10} \[s=/,
  open: (reader) => {
    const pass = journalTo(reader)
    let fields: Map<string, string> = new Map()
    let line = 0
    // The field that further lines belong to.
    let last: string | undefined
    const finish = (): void => {
      if (fields.has('MESSAGE')) pass({ fields: fields as JournalEntry['fields'], line, spread: true })
      fields = new Map()
      last = undefined
    }
    const keep = (name: string, value: string, number: number): void => {
      last = isJournalField(name) && !fields.has(name) ? name : undefined
      if (last === undefined) return
      fields.set(name, value)
      if (name === 'MESSAGE') line = number
    }
    return byLines((raw, number) => {
      const field = FIELD.exec(raw)
      if (ENTRY.test(raw)) finish()
      else if (field !== null) keep(field[1]!, raw.slice(field[0].length), number)
      else if (last !== undefined) fields.set(last, `${fields.get(last)}\n${raw.slice(last.length + 5)}`)
    }, finish)
  },
}
