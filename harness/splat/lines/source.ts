// SPDX-License-Identifier: MIT
import type { WordFinder } from './words.ts'

/** Receives the lines. While it is idle, only lines that hold a trigger word are decoded. */
export interface LineSink {
  readonly idle: boolean
  line(raw: string, number: number): void
}

/** Cuts bytes into lines. */
export interface LineSource {
  push(chunk: Uint8Array | string): void
  /** Delivers the last line when it has no newline; returns the number of lines. */
  end(): number
}

const NEWLINE = 10
const CR = 13
/** Longer lines are cut here: no printk message is longer, and memory must stay bounded. */
export const MAX_LINE_BYTES = 64 * 1024

const toBuffer = (chunk: Uint8Array | string): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

const decode = (bytes: Buffer): string => {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === CR) end -= 1
  return bytes.toString('utf8', 0, end)
}

const NEWLINES = 0x0a0a0a0a
const LOW = 0x7f7f7f7f

// Only the top bit of each byte can be set.
const ones = (bits: number): number => (bits >>> 31) + ((bits >>> 23) & 1) + ((bits >>> 15) & 1) + ((bits >>> 7) & 1)

// Four bytes at once: a byte that is a newline is the only one whose bits all vanish.
const countNewlines = (bytes: Buffer, from: number, to: number): number => {
  let count = 0
  let at = from
  for (; at < to && ((bytes.byteOffset + at) & 3) !== 0; at += 1) if (bytes[at] === NEWLINE) count += 1
  if (at >= to) return count
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, (to - at) >> 2)
  for (let i = 0; i < words.length; i += 1) {
    const x = words[i]! ^ NEWLINES
    const zeros = ~(((x & LOW) + LOW) | x | LOW)
    if (zeros !== 0) count += ones(zeros)
  }
  for (at += words.length * 4; at < to; at += 1) if (bytes[at] === NEWLINE) count += 1
  return count
}

/** Bytes in, whole lines out. The result depends on the bytes alone, never on how they were chunked. */
export const makeLineSource = (sink: LineSink, find: WordFinder): LineSource => {
  let lines = 0
  // The beginning of a line whose end has not come.
  let parts: Uint8Array[] = []
  let pending = 0

  const keep = (bytes: Uint8Array): void => {
    const room = MAX_LINE_BYTES - pending
    if (bytes.length === 0 || room <= 0) return
    // A copy: the caller may reuse its buffer.
    const part = Uint8Array.prototype.slice.call(bytes, 0, room)
    parts.push(part)
    pending += part.length
    if (parts.length > 512) parts = [Buffer.concat(parts)]
  }
  const flush = (): void => {
    const bytes = Buffer.concat(parts)
    parts = []
    pending = 0
    lines += 1
    if (!sink.idle || find(bytes, 0, bytes.length) >= 0) sink.line(decode(bytes), lines)
  }
  // Skips to the line of the next trigger word; -1 when there is none.
  const skip = (bytes: Buffer, at: number, to: number): number => {
    const hit = find(bytes, at, to)
    const start = hit < 0 ? to : Math.max(at, bytes.lastIndexOf(NEWLINE, hit) + 1)
    lines += countNewlines(bytes, at, start)
    return hit < 0 ? -1 : start
  }
  const block = (bytes: Buffer, from: number, to: number): void => {
    for (let at = from; at < to; ) {
      const start = sink.idle ? skip(bytes, at, to) : at
      if (start < 0) return
      const end = bytes.indexOf(NEWLINE, start)
      const whole = Math.min(end, start + MAX_LINE_BYTES)
      lines += 1
      if (!sink.idle || find(bytes, start, whole) >= 0) sink.line(decode(bytes.subarray(start, whole)), lines)
      at = end + 1
    }
  }
  const push = (chunk: Uint8Array | string): void => {
    const bytes = toBuffer(chunk)
    let from = 0
    if (pending > 0 || parts.length > 0) {
      const first = bytes.indexOf(NEWLINE)
      keep(first < 0 ? bytes : bytes.subarray(0, first))
      if (first < 0) return
      flush()
      from = first + 1
    }
    const to = bytes.lastIndexOf(NEWLINE) + 1
    if (to > from) block(bytes, from, to)
    keep(bytes.subarray(Math.max(to, from)))
  }
  const end = (): number => {
    if (pending > 0) flush()
    return lines
  }
  return { push, end }
}
