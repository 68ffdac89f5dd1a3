// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { type ParsedFrame, parseFrame } from '../parse/frame.ts'
import { MARKER } from './framed.ts'
import { endsStack } from './stack-watch.ts'

/** What is printed last: the lines that frame a report, the marker of its end, the end of its stack, or another line. */
type Tail = 'frame' | 'marker' | 'stack' | RegExp

const TAILS: Readonly<Record<string, Tail>> = {
  kasan: 'frame',
  kfence: 'frame',
  kcsan: 'frame',
  kmsan: 'frame',
  // Up to 6.4 a line of `=`, later the marker.
  ubsan: /^(?:={30,}|---\[ end trace [0-9a-f\]])/,
  oops: 'marker',
  'kernel-bug': 'marker',
  list: 'marker',
  usercopy: 'marker',
  refcount: 'marker',
  odebug: 'marker',
  warning: 'marker',
  oom: /Kill(?:ed)? process \d/,
  'workqueue-lockup': /^(?:pool \d|Showing backtraces of running workers)/,
}

const FRAME = /^={30,}$/
// A panic ends every report, and what it prints last ends itself.
const PANICKED = /^(?:\S+: )?Kernel panic|^Rebooting in \d|^Kernel Offset: /
const DUMP =
  /^(?:Call [Tt]race|stack backtrace|backtrace|Backtrace|CPU: \d+ |Pid: \d+, comm|task:|NMI backtrace for cpu \d+$|Sending NMI)/
const SKIPPED = /^NMI backtrace for cpu \d+ skipped/
// They stand inside a stack: names of stacks, and the registers that an interrupt found.
const INSIDE =
  /^(?:<(?!\/TASK)|RIP: 0010|EIP: |Code: |R[A-Z0-9]{2}: |[EC][A-Z]{2}: |E[A-Z]{2}: |FS: |CS: |CR2: |DR\d: |PKRU)/
const CLOSED = /^(?:<\/TASK>|RIP: 00[0-9a-f][13b]:)/
// Kmemleak saves no more frames.
const LEAK_FRAMES = 16

/** The last frame that the unwinder is sure of, and what follows it. */
interface End {
  readonly frame: ParsedFrame | undefined
  readonly at: number
}

const lastFrame = (texts: readonly string[], from: number): End => {
  for (let at = texts.length - 1; at > from; at -= 1) {
    const frame = parseFrame(texts[at] ?? '')
    if (frame !== undefined && !frame.unreliable) return { frame, at }
  }
  return { frame: undefined, at: -1 }
}

/** True when the stack that was begun last reaches its outer end, or another line ends it. */
const isClosed = (texts: readonly string[]): boolean => {
  if (texts.some((text, at) => at >= texts.length - 2 && SKIPPED.test(text))) return true
  const dump = texts.findLastIndex((text) => DUMP.test(text))
  const { frame, at } = lastFrame(texts, dump)
  if (frame === undefined) return false
  if (endsStack(texts[at] ?? '')) return true
  const rest = texts.slice(at + 1).filter((text) => text !== '' && parseFrame(text) === undefined)
  return rest.some((text) => CLOSED.test(text) || !INSIDE.test(text))
}

const isLeakWhole = (texts: readonly string[]): boolean =>
  isClosed(texts) || texts.filter((text) => parseFrame(text) !== undefined).length >= LEAK_FRAMES

/** Whether the lines of a report reach what the kernel prints last for its family. */
export const isWhole = ({ family, head }: HeadMatch, texts: readonly string[]): boolean => {
  const after = texts.slice(1)
  if (after.some((text) => MARKER.test(text) || PANICKED.test(text))) return true
  if (family.name === 'oom' || family.name === 'workqueue-lockup' || family.name === 'ubsan') {
    const tail = TAILS[family.name] as RegExp
    return texts.some((text) => tail.test(text))
  }
  if (head.bare === true && !after.some((text) => DUMP.test(text))) return true
  if (family.name === 'kmemleak') return isLeakWhole(texts)
  // It has no stack, only the locks.
  if (head.word === 'when returning to user') return texts.some((text) => /^#0: /.test(text))
  // So early the machine halts without a marker.
  const tail = head.word === 'early exception' ? 'stack' : (TAILS[family.name] ?? 'stack')
  if (tail === 'frame') return after.some((text) => FRAME.test(text))
  return tail === 'stack' && isClosed(texts)
}
