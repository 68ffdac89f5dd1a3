// SPDX-License-Identifier: MIT

/** A JSON object of a stream. */
export interface JsonRecord {
  readonly text: string
  /** The line of the input on which it begins. */
  readonly line: number
}

interface Handlers {
  readonly record: (record: JsonRecord) => void
  /** An object that is cut off or torn. */
  readonly damaged: (line: number) => void
}

const NEWLINE = 10
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
// The kernel's messages are far shorter; an entry with a core dump is not kept.
const MAX_RECORD = 1 << 20

/** Finds the objects of a stream of JSON at a depth of nesting, in whatever way they are laid out in lines. */
export class JsonRecords {
  readonly #base: number
  readonly #to: Handlers
  #depth = 0
  #inString = false
  #isEscaped = false
  #line = 1
  #column = 0
  #start: { line: number } | undefined
  #parts: Buffer[] = []
  #size = 0
  #lastWasNewline = true
  /** After damage: what closes belongs to the object that was lost. */
  #isLost = false

  constructor(base: number, to: Handlers) {
    this.#base = base
    this.#to = to
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let from = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!
      if (this.#inString && byte !== NEWLINE) {
        this.#inText(byte)
        continue
      }
      from = this.#outside(bytes, from, at)
    }
    if (this.#start !== undefined) this.#take(bytes, from, bytes.length)
    if (bytes.length > 0) this.#lastWasNewline = bytes.at(-1) === NEWLINE
  }

  /** Returns the number of lines. */
  end(): number {
    this.#drop()
    return this.#line - 1 + (this.#lastWasNewline ? 0 : 1)
  }

  #inText(byte: number): void {
    this.#column += 1
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) this.#inString = false
  }

  /** Takes a byte that is not in a string, or the newline that ends one too early; returns where the kept bytes begin. */
  #outside(bytes: Buffer, from: number, at: number): number {
    const byte = bytes[at]!
    const column = this.#column++
    if (byte === NEWLINE) {
      // No string goes on in the next line: something is lost.
      if (this.#inString) this.#reset()
      this.#line += 1
      this.#column = 0
    } else if (byte === QUOTE) this.#inString = this.#depth > 0
    else if (byte === OPEN_LIST) this.#depth += 1
    else if (byte === OPEN_OBJECT) {
      if (this.#open(column)) return at
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(bytes, from, at)
    return from
  }

  /** True when a record begins here. */
  #open(column: number): boolean {
    // A new object at the left margin: the end of the one before is lost.
    if (column === 0 && this.#depth > this.#base) this.#reset()
    this.#isLost = false
    this.#depth += 1
    if (this.#depth !== this.#base + 1) return false
    this.#start = { line: this.#line }
    return true
  }

  #close(bytes: Buffer, from: number, at: number): void {
    if (this.#depth === this.#base + 1 && this.#start !== undefined) {
      const { line } = this.#start
      this.#take(bytes, from, at + 1)
      if (this.#size <= MAX_RECORD) this.#to.record({ text: Buffer.concat(this.#parts).toString('utf8'), line })
      this.#forget()
    }
    if (!this.#isLost) this.#depth = Math.max(0, this.#depth - 1)
  }

  #take(bytes: Buffer, from: number, to: number): void {
    this.#size += to - from
    // A copy: the caller may reuse its buffer.
    if (this.#size <= MAX_RECORD) this.#parts.push(Buffer.from(bytes.subarray(from, to)))
    else this.#parts = []
  }

  #forget(): void {
    this.#start = undefined
    this.#parts = []
    this.#size = 0
  }

  #drop(): void {
    if (this.#start !== undefined) this.#to.damaged(this.#start.line)
    this.#forget()
  }

  #reset(): void {
    this.#drop()
    this.#inString = false
    this.#isEscaped = false
    this.#isLost = true
    this.#depth = this.#base
  }
}
