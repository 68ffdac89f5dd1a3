// SPDX-License-Identifier: MIT
import { StringDecoder } from 'node:string_decoder'

const MAX_LINE = 1 << 20

/** Splits a byte stream into lines at LF, however it is chunked; a line over `max`, 1 MiB, is split. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #sink: (line: string) => void
  readonly #max: number
  #rest = ''

  constructor(sink: (line: string) => void, max = MAX_LINE) {
    this.#sink = sink
    this.#max = max
  }

  push(chunk: Uint8Array): void {
    const parts = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const line of parts) this.#sink(line)
    if (this.#rest.length > this.#max) this.#flush()
  }

  end(): void {
    this.#rest += this.#decoder.end()
    if (this.#rest !== '') this.#flush()
  }

  #flush(): void {
    const line = this.#rest
    this.#rest = ''
    this.#sink(line)
  }
}
