// SPDX-License-Identifier: MIT
import type { Frame } from '../model.ts'
import { plainName } from './title.ts'

/** A function on a stack, with its place in the source where the log has it. */
export interface Named {
  readonly name: string
  readonly location: string | null
}

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

/** The frames that the unwinder is sure of; all of them when it is sure of none. */
export const soundOf = (frames: readonly Frame[]): readonly Frame[] => {
  const sound = frames.filter((frame) => !frame.unreliable)
  return sound.length > 0 ? sound : frames
}
