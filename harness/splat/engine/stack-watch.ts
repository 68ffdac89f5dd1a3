// SPDX-License-Identifier: MIT
import { outermost } from '../data/outermost.ts'
import { parseFrame } from '../parse/frame.ts'
import { plainName } from '../parse/title.ts'
import { namesIn } from '../patterns.ts'
import { FRAME } from './framed.ts'

/** True for functions that are at the outer end of a stack. */
export const isOutermost = namesIn(outermost)

// 32-bit ARM prints the caller in the line of the callee.
const CALLER = / from (?:\[<[0-9a-f]{1,16}>\] )?\(?([A-Za-z_]\w{0,127})\+0x/

/** True for the line of a frame at the outer end of a stack. */
export const endsStack = (text: string): boolean => {
  const frame = parseFrame(text)
  if (frame === undefined || frame.unreliable) return false
  const caller = CALLER.exec(text)?.[1]
  return isOutermost(plainName(frame.function)) || (caller !== undefined && isOutermost(caller))
}

/** Begins the stack of a report itself. */
export const STACK = /^(?:Call [Tt]race|Backtrace|backtrace(?: \(crc [0-9a-f]{1,8}\))?:$)/
/** Nothing of a stack, or of its report, comes after it. */
export const CLOSED = /^(?:<\/TASK>|---\[ end |={30,}$)/

const LEAK_FRAMES = 16

/** Follows where stacks begin and end. */
export class StackWatch {
  /** A stack was begun, and its outer end has not come. */
  isOpen = false
  /** Stacks that reached their outer end. */
  closed = 0
  /** A line of `=` ended the last one. */
  isFramed = false
  /** Kmemleak saves no more than 16 frames. */
  #left = Number.POSITIVE_INFINITY

  see(text: string): void {
    if (STACK.test(text)) {
      this.isOpen = true
      this.#left = text.startsWith('backtrace') ? LEAK_FRAMES : Number.POSITIVE_INFINITY
    } else if (this.isOpen && (CLOSED.test(text) || this.#isEnd(text))) {
      this.isOpen = false
      this.isFramed = FRAME.test(text)
      this.closed += 1
    }
  }

  #isEnd(text: string): boolean {
    if (this.#left !== Number.POSITIVE_INFINITY && parseFrame(text) !== undefined) this.#left -= 1
    return this.#left <= 0 || endsStack(text)
  }
}
