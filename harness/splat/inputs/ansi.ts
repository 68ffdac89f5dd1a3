// SPDX-License-Identifier: MIT

const ESCAPE = 0x1b
const NEWLINE = 10
const CR = 13
const BELL = 7
const OPENING = 0x5b
// More is no title of a window, but a lost end.
const MAX_SEQUENCE = 4096
/** CSI sequences that go to another line of the screen. */
const MOVES = new Set([...'HfEF'].map((char) => char.charCodeAt(0)))
/** Sequences of two bytes. Others are names with control bytes, or noise of the line. */
const PAIRS = new Set([...'78=>cDEHMNOZ'].map((char) => char.charCodeAt(0)))
const STRINGS = new Set([...']PX^_'].map((char) => char.charCodeAt(0)))

type Verdict = 'more' | 'end' | 'move' | 'none'

const between = (byte: number, from: number, to: number): boolean => byte >= from && byte <= to

// CSI: parameters, then intermediate bytes, then the final one.
const ofCsi = (held: readonly number[], byte: number): Verdict => {
  if (between(byte, 0x40, 0x7e)) return MOVES.has(byte) ? 'move' : 'end'
  if (between(byte, 0x20, 0x2f)) return 'more'
  const before = held.at(-1)!
  return between(byte, 0x30, 0x3f) && !(held.length > 2 && between(before, 0x20, 0x2f)) ? 'more' : 'none'
}

const ofString = (held: readonly number[], byte: number): Verdict => {
  if (byte === BELL || (byte === 0x5c && held.at(-1) === ESCAPE)) return 'end'
  return held.length < MAX_SEQUENCE ? 'more' : 'none'
}

const verdictOn = (held: readonly number[], byte: number): Verdict => {
  if (byte === NEWLINE || byte === CR) return 'none'
  if (held.length === 1) {
    if (byte === OPENING || STRINGS.has(byte) || between(byte, 0x20, 0x2f)) return 'more'
    return PAIRS.has(byte) ? 'end' : 'none'
  }
  if (held[1] === OPENING) return ofCsi(held, byte)
  if (STRINGS.has(held[1]!)) return ofString(held, byte)
  return between(byte, 0x30, 0x7e) ? 'end' : 'none'
}

/**
 * Removes colours and other escape sequences from the bytes of a console, before the search for words: colours stand
 * between the words of a message. What goes to another line of the screen becomes a CR. Newlines stay.
 */
export class AnsiFilter {
  readonly #write: (chunk: Uint8Array) => void
  /** A sequence whose end has not come. */
  #held: number[] = []
  #out: Uint8Array[] = []

  constructor(write: (chunk: Uint8Array) => void) {
    this.#write = write
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#held.length > 0) {
        this.#take(chunk[at]!)
        at += 1
        continue
      }
      const next = chunk.indexOf(ESCAPE, at)
      const end = next < 0 ? chunk.length : next
      if (end > at) this.#out.push(chunk.subarray(at, end))
      if (next >= 0) this.#held = [ESCAPE]
      at = end + 1
    }
    this.#flush()
  }

  end(): void {
    this.#release()
    this.#flush()
  }

  #take(byte: number): void {
    const verdict = verdictOn(this.#held, byte)
    if (verdict === 'more') {
      this.#held.push(byte)
      return
    }
    if (verdict === 'none') {
      this.#release()
      if (byte === ESCAPE) this.#held = [byte]
      else this.#out.push(Uint8Array.of(byte))
      return
    }
    this.#held = []
    if (verdict === 'move') this.#out.push(Uint8Array.of(CR))
  }

  /** It was no sequence: only the escape goes. */
  #release(): void {
    const text = this.#held.filter((byte) => byte !== ESCAPE)
    if (text.length > 0) this.#out.push(Uint8Array.from(text))
    this.#held = []
  }

  #flush(): void {
    const [first, ...more] = this.#out
    if (first !== undefined) this.#write(more.length === 0 ? first : Buffer.concat(this.#out))
    this.#out = []
  }
}
