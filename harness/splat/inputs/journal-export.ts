// SPDX-License-Identifier: MIT
import { type Input, type InputFormat, type Lines, Unread } from './input.ts'
import { isJournalField, type JournalEntry, journalTo } from './journal.ts'

const NEWLINE = 10
const LENGTH_BYTES = 8
// The kernel's messages are far shorter; a core dump is not kept.
const MAX_FIELD = 1 << 20
const NAME = /^[A-Z0-9_]{1,64}$/
const NEEDS_MORE = -1

/** A field in its binary form: its name, then the length, the data and a newline. */
interface Binary {
  readonly name: string
  /** Undefined until the length was read. */
  left: number | undefined
  isWanted: boolean
  readonly kept: Buffer[]
}

const countNewlines = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}

class JournalExport implements Input {
  readonly #pass: (entry: JournalEntry) => void
  readonly #unread = new Unread()
  #rest: Buffer = Buffer.alloc(0)
  #isTooLong = false
  #binary: Binary | undefined
  #fields = new Map<string, string>()
  #line = 1
  #messageLine = 0
  #spread = false

  constructor(lines: Lines) {
    this.#pass = journalTo(lines)
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let next = this.#step(bytes, at); next !== NEEDS_MORE; next = this.#step(bytes, at)) at = next
    this.#rest = bytes.subarray(at)
    // Everything but a line is consumed as it comes.
    if (this.#rest.length <= MAX_FIELD) return
    this.#isTooLong = true
    this.#rest = this.#rest.subarray(this.#rest.length)
  }

  end() {
    const isCut = this.#binary !== undefined
    const lines = this.#line - 1 + (isCut || this.#rest.length > 0 || this.#isTooLong ? 1 : 0)
    if (isCut) this.#unread.add(this.#line)
    else if (this.#rest.length > 0) this.#text(this.#rest.toString('utf8'))
    this.#finish()
    return { lines, unread: this.#unread.found }
  }

  #step(bytes: Buffer, at: number): number {
    if (this.#binary === undefined) return this.#readLine(bytes, at)
    if (this.#binary.left === undefined) return this.#readLength(bytes, at, this.#binary)
    return this.#readData(bytes, at, this.#binary, this.#binary.left)
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(NEWLINE, at)
    if (end < 0) return NEEDS_MORE
    if (!this.#isTooLong) this.#text(bytes.toString('utf8', at, end))
    this.#isTooLong = false
    this.#line += 1
    return end + 1
  }

  #text(line: string): void {
    if (line === '') {
      this.#finish()
      return
    }
    const equals = line.indexOf('=')
    const name = equals < 0 ? line : line.slice(0, equals)
    if (!NAME.test(name)) this.#unread.add(this.#line)
    else if (equals < 0) this.#binary = { name, left: undefined, isWanted: false, kept: [] }
    else this.#keep(name, line.slice(equals + 1), this.#line, false)
  }

  #readLength(bytes: Buffer, at: number, binary: Binary): number {
    if (bytes.length - at < LENGTH_BYTES) return NEEDS_MORE
    const end = at + LENGTH_BYTES
    const length = bytes.readBigUInt64LE(at)
    this.#line += countNewlines(bytes.subarray(at, end))
    if (length > Number.MAX_SAFE_INTEGER) {
      this.#unread.add(this.#line)
      this.#binary = undefined
      return end
    }
    binary.left = Number(length)
    binary.isWanted = isJournalField(binary.name) && binary.left <= MAX_FIELD
    if (binary.name === 'MESSAGE') this.#messageLine = this.#line
    return end
  }

  #readData(bytes: Buffer, at: number, binary: Binary, left: number): number {
    const data = bytes.subarray(at, at + left)
    if (binary.isWanted && data.length > 0) binary.kept.push(Buffer.from(data))
    this.#line += countNewlines(data)
    binary.left = left - data.length
    if (binary.left > 0) return data.length > 0 ? at + data.length : NEEDS_MORE
    // The newline after the data.
    const end = at + data.length
    if (end >= bytes.length) return data.length > 0 ? end : NEEDS_MORE
    if (binary.isWanted) this.#keep(binary.name, Buffer.concat(binary.kept).toString('utf8'), this.#messageLine, true)
    this.#binary = undefined
    if (bytes[end] !== NEWLINE) {
      this.#unread.add(this.#line)
      return end
    }
    this.#line += 1
    return end + 1
  }

  #keep(name: string, value: string, line: number, spread: boolean): void {
    if (!isJournalField(name) || this.#fields.has(name)) return
    this.#fields.set(name, value)
    if (name !== 'MESSAGE') return
    this.#messageLine = line
    this.#spread = spread
  }

  #finish(): void {
    if (this.#fields.has('MESSAGE'))
      this.#pass({ fields: this.#fields as JournalEntry['fields'], line: this.#messageLine, spread: this.#spread })
    this.#fields = new Map()
  }
}

/** `journalctl -o export`: fields, one a line or with a length, and a blank line after each entry. */
export const journalExport: InputFormat = {
  name: 'journal export',
  begins: /^__(?:CURSOR|REALTIME_TIMESTAMP|MONOTONIC_TIMESTAMP|SEQNUM|SEQNUM_ID)=[^\n]*\n[A-Z0-9_]{1,64}(?:=|\n|$)/,
  open: (reader) => new JournalExport(reader),
}
