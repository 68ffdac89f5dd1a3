// SPDX-License-Identifier: MIT

/** A stream of bytes. A consumer that stops early ends it. */
export type Bytes = AsyncIterable<Uint8Array>

/** Compressed data that cannot be read to its end. What was readable was delivered before. */
export class DamagedError extends Error {}

const EMPTY = new Uint8Array(0)

/** Reads a stream of bytes in amounts that the reader chooses. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = EMPTY
  #ended = false
  /** Thrown when all that came before it was read. */
  #failure: { readonly error: unknown } | undefined

  constructor(source: Bytes) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** Up to `max` bytes, at least one unless the stream has ended. */
  async some(max: number): Promise<Uint8Array> {
    while (this.#rest.length === 0 && !this.#ended) await this.#more()
    if (this.#rest.length === 0) this.#check()
    const part = this.#rest.subarray(0, max)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  /** The next `count` bytes, which stay unread; fewer at the end of the stream. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#rest.length < count && !this.#ended) await this.#more()
    if (this.#rest.length === 0) this.#check()
    return this.#rest.subarray(0, count)
  }

  /** The next `count` bytes; undefined when the stream ends before. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const part = await this.peek(count)
    if (part.length < count) {
      this.#check()
      return undefined
    }
    this.#rest = this.#rest.subarray(count)
    return part
  }

  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      const part = await this.some(left)
      if (part.length === 0) return false
      left -= part.length
    }
    return true
  }

  /** The rest of the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let part = await this.some(Number.POSITIVE_INFINITY); part.length > 0; ) {
        yield part
        part = await this.some(Number.POSITIVE_INFINITY)
      }
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#chunks.return?.()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #more(): Promise<void> {
    try {
      const { done, value } = await this.#chunks.next()
      if (done === true) this.#ended = true
      else this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
    } catch (error) {
      this.#failure = { error }
      this.#ended = true
    }
  }
}
