// SPDX-License-Identifier: MIT
import { outermost } from '../data/outermost.ts'
import { lookup, question, type Text } from '../lines/shape.ts'
import { frameIn, type ParsedFrame, parseFrame } from '../parse/frame.ts'
import { plainName } from '../parse/title.ts'
import { leading, namesIn, remembered } from '../patterns.ts'
import { FRAME } from './framed.ts'

/** True for functions that are at the outer end of a stack. */
const isOutermost = namesIn(outermost)

const isOutermostName = remembered((name) => isOutermost(plainName(name)))

// 32-bit ARM prints the caller in the line of the callee.
const CALLER = / from (?:\[<[0-9a-f]{1,16}>\] )?\(?([A-Za-z_]\w{0,127})\+0x/

/** True for the line of a frame at the outer end of a stack. */
export const endsStack = (text: string): boolean => isOuterFrame(text, parseFrame(text))

const isOuterFrame = (text: string, frame: ParsedFrame | undefined): boolean => {
  if (frame === undefined || frame.unreliable) return false
  if (isOutermostName(frame.function)) return true
  const caller = text.includes(' from ') ? CALLER.exec(text)?.[1] : undefined
  return caller !== undefined && isOutermost(caller)
}

/** Begins the stack of a report itself. */
export const STACK =
  /^(?:Call [Tt]race|Backtrace|backtrace(?: \(crc [0-9a-f]{1,8}\))?:$|ref_tracker: .{1,80} users at$)/
/** Nothing of a stack, or of its report, comes after it. */
export const CLOSED = /^(?:<\/TASK>|---\[ end (?:trace [0-9a-f\]]|Kernel panic)|={30,}$)/

/** Kmemleak and trackers of references save no more. */
const SAVED_FRAMES = 16
/** A stack that was saved when the object was made. */
const isSaved = question(leading(/^(?:backtrace|ref_tracker)/))

const isBegin = question(leading(STACK))
const isClose = question(leading(CLOSED))
const isFramed = question(leading(FRAME))

/** Whether a line is the frame of an outer end. */
export const isOuterEnd = lookup((shape): boolean => isOuterFrame(shape.text, frameIn({ text: shape.text, shape })))

/** Follows where stacks begin and end. */
export class StackWatch {
  /** A stack was begun, and its outer end has not come. */
  isOpen = false
  /** Stacks that reached their outer end. */
  closed = 0
  /** A line of `=` ended the last one. */
  isFramed = false
  /** Frames that may follow. */
  #left = Number.POSITIVE_INFINITY

  see(line: Text): void {
    const { shape } = line
    if (isBegin(shape)) {
      this.isOpen = true
      this.#left = isSaved(shape) ? SAVED_FRAMES : Number.POSITIVE_INFINITY
    } else if (this.isOpen && (isClose(shape) || this.#isEnd(line))) {
      this.isOpen = false
      this.isFramed = isFramed(shape)
      this.closed += 1
    }
  }

  #isEnd(line: Text): boolean {
    if (this.#left !== Number.POSITIVE_INFINITY && frameIn(line) !== undefined) this.#left -= 1
    return this.#left <= 0 || isOuterEnd(line.shape)
  }
}
