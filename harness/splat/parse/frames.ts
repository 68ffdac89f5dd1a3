// SPDX-License-Identifier: MIT
import type { Frame } from '../model.ts'
import { namesIn } from '../patterns.ts'
import { entersInterrupt } from './sections.ts'
import { plainName } from './title.ts'

/** A function on a stack, with its place in the source where the log has it. */
export interface Named {
  readonly name: string
  readonly location: string | null
}

/** An address at the very end of a function: a call that does not return is before it, or nothing is called there. */
export const isAtEnd = ({ offset, size }: Frame): boolean => offset !== null && offset === size

/** The functions on a frame, innermost first. */
export const namedOn = (frame: Frame): readonly Named[] => [
  ...frame.inlined.map((call) => ({ name: plainName(call.function), location: call.location })),
  { name: plainName(frame.function), location: frame.location },
]

/** The names on a frame, innermost first. */
export const namesOf = (frame: Frame): readonly string[] =>
  frame.inlined.length === 0 ? [plainName(frame.function)] : namedOn(frame).map(({ name }) => name)

/** The first function on these frames that fits, innermost first. */
export const firstOn = (
  frames: readonly Frame[],
  fits: (name: string, location: string | null) => boolean,
): string | undefined => {
  for (const frame of frames) {
    for (const call of frame.inlined) {
      const name = plainName(call.function)
      if (fits(name, call.location)) return name
    }
    const name = plainName(frame.function)
    if (fits(name, frame.location)) return name
  }
  return undefined
}

// Below these is code that was interrupted, at any place in it: not every architecture prints registers between.
const isEntry = namesIn([
  /el1\w*/,
  /__(?:dabt|pabt|und|irq|fiq)_svc(?:_(?:fault|finish))?/,
  /ret_from_(?:exception|except\w*|irq)/,
  'handle_exception',
  /pgm_check_\w+/,
])

// Entry code puts the address of these into the link register, and jumps to the handler. A walk of the own stack begins at
// the start of the function that walks.
const isReturn = namesIn([/ret_(?:from|fast|slow)_\w+/, 'dump_backtrace', 'walk_stackframe'])

// Only the checks of an object call it: what it hides is never to blame.
const isCheck = namesIn(['usercopy_abort'])

// A call that does not return may be the last instruction of its function: the address behind it is that of the next one.
// x86 prints the function of the call. The trampoline of a probe hides the function, too.
const isNextFunction = ({ offset, ip, function: name }: Frame, callee: Frame | undefined): boolean =>
  offset === 0 &&
  ip !== true &&
  callee !== undefined &&
  !isReturn(plainName(name)) &&
  !isEntry(plainName(callee.function)) &&
  !entersInterrupt(callee.function)

/** Index of the first frame whose function is not known; -1 when all are. The innermost one is no address behind a call. */
const hiddenIn = (frames: readonly Frame[]): number =>
  frames.findIndex((frame, at) => isNextFunction(frame, frames[at - 1]))

const reliable = (frames: readonly Frame[]): readonly Frame[] => {
  const sound = frames.filter((frame) => !frame.unreliable)
  return sound.filter((frame, at) => {
    const callee = sound[at - 1]
    return callee === undefined || !isCheck(plainName(callee.function)) || !isNextFunction(frame, callee)
  })
}

/** The frames that the unwinder is sure of, up to the first one whose function is not known; all of them when it is sure of none. */
export const soundOf = (frames: readonly Frame[]): readonly Frame[] => {
  const sound = reliable(frames)
  if (sound.length === 0) return frames
  const hidden = hiddenIn(sound)
  return hidden < 0 ? sound : sound.slice(0, hidden)
}

/** Whether a function on the stack is not known. */
export const hidesOne = (frames: readonly Frame[]): boolean => hiddenIn(reliable(frames)) >= 0
