// SPDX-License-Identifier: MIT
import { question, type Text } from '../lines/shape.ts'
import { leading } from '../patterns.ts'
import { taskIn } from './facts.ts'
import { isPlainFrame } from './frame.ts'
import { plainName } from './title.ts'

// Every frame of 32-bit ARM names its caller, which is the function of the frame below it.
const FRAME =
  /^(?:\[<[0-9a-f]{8}>\] )?\(?([A-Za-z_][\w$.]*)(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[\w+\])?\)? from (?:\[<[0-9a-f]{8}>\] )?\(?([A-Za-z_$.][\w$.]*)\+(0x[0-9a-f]+)/
// Another stack begins, or the frames of an exception do.
const isBreak = question(leading(/^(?:Exception stack|Backtrace|Call [Tt]race|CPU: \d|Task dump for CPU)/))
const hasCaller = question((text) => text.includes(' from '))

const breaks = (line: Text): boolean => isBreak(line.shape) || taskIn(line)?.pid !== undefined

/** True where a frame is missing between two that name each other, in a stack of 32-bit ARM. */
export const lacksFrame = (lines: readonly Text[]): boolean => {
  let caller: string | undefined
  for (const line of lines) {
    const { text, shape } = line
    if (breaks(line)) caller = undefined
    const match = !isPlainFrame(shape) && hasCaller(shape) ? FRAME.exec(text) : null
    if (match === null) continue
    if (caller !== undefined && plainName(match[1] ?? '') !== caller) return true
    // Behind a call that never returns comes the start of another function.
    caller = match[3] === '0x0' ? undefined : plainName(match[2] ?? '')
  }
  return false
}
