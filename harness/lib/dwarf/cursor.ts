// SPDX-License-Identifier: MIT

/** Reads little-endian numbers and texts one after the other. */
export class Cursor {
  readonly #bytes: Buffer
  at: number

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.at = at
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length
  }

  /** An unsigned number of 1 to 6 bytes. */
  number(size: number): number {
    const value = this.#bytes.readUIntLE(this.at, size)
    this.at += size
    return value
  }

  u64(): bigint {
    const value = this.#bytes.readBigUInt64LE(this.at)
    this.at += 8
    return value
  }

  bytes(size: number): Buffer {
    if (this.at + size > this.#bytes.length) throw new RangeError('short read')
    const found = this.#bytes.subarray(this.at, this.at + size)
    this.at += size
    return found
  }

  uleb(): number {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = this.number(1)
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
  }

  sleb(): number {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = this.number(1)
      value += (byte & 0x7f) * factor
      factor *= 128
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - factor
    }
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.at)
    if (end < 0) throw new RangeError('a text without an end')
    const found = this.#bytes.toString('latin1', this.at, end)
    this.at = end + 1
    return found
  }
}
