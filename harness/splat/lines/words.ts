// SPDX-License-Identifier: MIT

/** Finds the next place where any of a set of words begins, or -1. */
export type WordFinder = (bytes: Uint8Array, from: number, to: number) => number

const BLOCK = 2

interface Bucket {
  readonly words: readonly Uint8Array[]
}

/**
 * Wu-Manber search: one look at a pair of bytes tells how far to jump, so that most bytes of an ordinary log are
 * never read. Every word must be at least four bytes long, or the jumps get too short to pay.
 */
export const makeWordFinder = (words: readonly string[]): WordFinder => {
  const encoded = [...new Set(words)].map((word) => Buffer.from(word, 'latin1'))
  const window = Math.min(...encoded.map((word) => word.length))
  if (window < 4) throw new RangeError(`a trigger word is shorter than 4 bytes: ${words.find((w) => w.length < 4)}`)
  const { shifts, buckets } = makeTables(encoded, window)
  return (bytes, from, to) => {
    let at = from + window - 1
    while (at < to) {
      const block = (bytes[at - 1]! << 8) | bytes[at]!
      const shift = shifts[block]!
      if (shift > 0) {
        at += shift
        continue
      }
      const start = at - window + 1
      if (matchesAny(buckets.get(block)!, bytes, start, to)) return start
      at += 1
    }
    return -1
  }
}

const makeTables = (words: readonly Uint8Array[], window: number) => {
  const shifts = new Uint8Array(1 << 16).fill(window - BLOCK + 1)
  const lists = new Map<number, Uint8Array[]>()
  for (const word of words) {
    for (let end = BLOCK; end <= window; end += 1) {
      const block = (word[end - 2]! << 8) | word[end - 1]!
      shifts[block] = Math.min(shifts[block]!, window - end)
      if (end === window) lists.set(block, [...(lists.get(block) ?? []), word])
    }
  }
  const buckets = new Map<number, Bucket>([...lists].map(([block, list]) => [block, { words: list }]))
  return { shifts, buckets }
}

const matchesAny = (bucket: Bucket, bytes: Uint8Array, start: number, to: number): boolean =>
  bucket.words.some((word) => start + word.length <= to && matchesAt(word, bytes, start))

const matchesAt = (word: Uint8Array, bytes: Uint8Array, start: number): boolean => {
  for (let i = 0; i < word.length; i += 1) if (bytes[start + i] !== word[i]) return false
  return true
}
