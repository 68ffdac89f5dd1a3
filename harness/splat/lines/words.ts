// SPDX-License-Identifier: MIT

/** Finds where a word of the set begins, in the first line that has one; -1 when there is none. */
export type WordFinder = (bytes: Uint8Array, from: number, to: number) => number

const MAX_WINDOW = 6

// Typical log text: a pair of bytes that is common here is a bad one to search for.
const TYPICAL =
  'usb 1-1: new high-speed device number kernel: memory at virtual address registered driver interface initialized ' +
  'systemd[1]: started service mounted filesystem with ordered data mode. pci 0000:00:1f.2: reserved region blocked ' +
  'audit: type=1400 apparmor operation profile loaded using pool detected state error interrupt controller process ' +
  'net: link is up, 1000 Mbps full duplex; cpu freq scheduler table entries order bytes, linear) CPU: PID: Linux version'

interface Anchor {
  readonly word: Uint8Array
  /** Where the searched window begins in the word. */
  readonly at: number
}

interface Tables {
  readonly window: number
  readonly shifts: Uint8Array
  readonly buckets: ReadonlyMap<number, readonly Anchor[]>
}

const pairs = new Map<string, number>()
for (let at = 2; at <= TYPICAL.length; at += 1) {
  const pair = TYPICAL.slice(at - 2, at)
  pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
}

const frequency = (pair: string): number => pairs.get(pair) ?? 0

const cost = (text: string): number => {
  let sum = 0
  // The last pair makes the search stop and compare; the others only shorten its jumps.
  for (let i = 2; i <= text.length; i += 1) sum += frequency(text.slice(i - 2, i)) * (i === text.length ? 8 : 1)
  return sum
}

// A window that another word already uses costs nothing.
const chooseAnchors = (words: readonly string[], window: number): readonly Anchor[] => {
  const used = new Set<string>()
  const byLength = [...new Set(words)].sort((a, b) => a.length - b.length)
  return byLength.map((word) => {
    const windows = Array.from({ length: word.length - window + 1 }, (_, at) => ({
      at,
      text: word.slice(at, at + window),
    }))
    const best = windows.find(({ text }) => used.has(text)) ?? windows.sort((a, b) => cost(a.text) - cost(b.text))[0]!
    used.add(best.text)
    return { word: Buffer.from(word, 'latin1'), at: best.at }
  })
}

const makeTables = (words: readonly string[]): Tables => {
  const window = Math.min(MAX_WINDOW, ...words.map((word) => word.length))
  if (window < 4) throw new RangeError(`a trigger word is shorter than 4 bytes: ${words.find((w) => w.length < 4)}`)
  const shifts = new Uint8Array(1 << 16).fill(window - 1)
  const buckets = new Map<number, Anchor[]>()
  for (const anchor of chooseAnchors(words, window)) {
    for (let end = 2; end <= window; end += 1) {
      const pair = (anchor.word[anchor.at + end - 2]! << 8) | anchor.word[anchor.at + end - 1]!
      shifts[pair] = Math.min(shifts[pair]!, window - end)
      if (end === window) buckets.set(pair, [...(buckets.get(pair) ?? []), anchor])
    }
  }
  return { window, shifts, buckets }
}

const matchesAt = (word: Uint8Array, bytes: Uint8Array, start: number): boolean => {
  for (let i = 0; i < word.length; i += 1) if (bytes[start + i] !== word[i]) return false
  return true
}

const verify = (anchors: readonly Anchor[], bytes: Uint8Array, place: number, from: number, to: number): number => {
  for (const { word, at } of anchors) {
    const start = place - at
    if (start >= from && start + word.length <= to && matchesAt(word, bytes, start)) return start
  }
  return -1
}

/**
 * Wu-Manber search: a pair of bytes decides how far to jump, so that most bytes of an ordinary log are never read.
 * Only the rarest few bytes of each word are searched, which keeps the jumps long.
 */
export const makeWordFinder = (words: readonly string[]): WordFinder => {
  const { window, shifts, buckets } = makeTables(words)
  return (bytes, from, to) => {
    let at = from + window - 1
    while (at < to) {
      const pair = (bytes[at - 1]! << 8) | bytes[at]!
      const shift = shifts[pair]!
      if (shift > 0) {
        at += shift
        continue
      }
      const start = verify(buckets.get(pair)!, bytes, at - window + 1, from, to)
      if (start >= 0) return start
      at += 1
    }
    return -1
  }
}
