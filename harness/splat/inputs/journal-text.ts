// SPDX-License-Identifier: MIT
import { byLines } from './bylines.ts'
import { passProgramText } from './entry.ts'
import type { InputFormat, Lines } from './input.ts'

// short, short-precise, short-iso, short-full and with-unit; short-unix; short-monotonic and short-delta.
const WALL = String.raw`(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{6})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{6})?[+-]\d\d:?\d\d|[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w{1,8})`
const UNIX = String.raw`\d{10}\.\d{6}`
const MONOTONIC = String.raw`\[ {0,6}\d{1,9}\.\d{6}(?: <[ \d.-]{1,20}>)?\]`
const ENTRY = String.raw`(?:${WALL}|${UNIX}|${MONOTONIC}) (?<host>[\w.-]{1,64}) (?<tag>kernel|[^\s\[\]]{1,64}(?=\[\d))(?:\[\d{1,10}\])?: `
const LINE = new RegExp(`^(?<unix>${UNIX}(?= ))?${ENTRY.replace(`|${UNIX}|`, '||')}`)

class JournalText {
  readonly #lines: Lines
  #host: string | undefined
  #indent = 0
  #isKernels = false

  constructor(lines: Lines) {
    this.#lines = lines
  }

  line(raw: string, number: number): void {
    const match = LINE.exec(raw)
    if (match !== null) this.#entry(raw, number, match)
    else if (this.#indent > 0 && raw.startsWith(' '.repeat(this.#indent))) this.#continue(raw, number)
    else {
      this.#indent = 0
      this.#lines.line(raw, number)
    }
  }

  #entry(raw: string, number: number, match: RegExpExecArray): void {
    const { host, tag, unix = '' } = match.groups!
    this.#host ??= host
    this.#isKernels = tag === 'kernel'
    this.#indent = match[0].length
    const text = raw.slice(unix.length)
    if (this.#isKernels || host !== this.#host) this.#lines.line(text, number)
    else passProgramText(this.#lines, text, number)
  }

  // The further lines of a message are indented below its first one, without a prefix.
  #continue(raw: string, number: number): void {
    const text = raw.slice(this.#indent)
    if (this.#isKernels) this.#lines.line(text, number, 'kernel')
    else passProgramText(this.#lines, text, number)
  }
}

/** journalctl's lines, where a message may have several; and syslog files that look the same. */
export const journalText: InputFormat = {
  name: 'journal text',
  begins: new RegExp(`^(?:-- [^\\n]{1,200}\\n)?${ENTRY}`),
  open: (reader) => {
    const text = new JournalText(reader)
    return byLines((raw, number) => text.line(raw, number))
  },
}
