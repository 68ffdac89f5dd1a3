// SPDX-License-Identifier: MIT
import type { Blame } from '../family.ts'
import type { Frame } from '../model.ts'
import { isHelper, isIdle, isLoop, isMachinery, isSleep, registryOf } from './machinery.ts'
import type { Body, Trace } from './report-body.ts'
import { plainName } from './title.ts'

/** The stack that a reader should look at, and who is to blame on it. */
export interface Guilt {
  readonly function: string | null
  readonly frames: readonly Frame[]
}

type Skip = (name: string) => boolean

/** The names on a frame, innermost first. */
export const namesOf = (frame: Frame): readonly string[] => [
  ...frame.inlined.map((call) => plainName(call.function)),
  plainName(frame.function),
]

const firstGuilty = (frames: readonly Frame[], skip: Skip): string | null => {
  const sure = frames.filter((frame) => !frame.unreliable)
  const names = (sure.length > 0 ? sure : frames).flatMap(namesOf)
  const found = names.find((name) => !skip(name)) ?? null
  if (skip !== isHelper || (found !== null && !isLoop(found))) return found
  return names.find((name) => !isMachinery(name)) ?? null
}

const whole = (trace: Trace): readonly Frame[] => {
  const frames = trace.frames.slice(trace.nmi)
  const first = frames[0]
  const ip = trace.ip.at(-1)
  // arm64 prints the faulting frame as `pc` and again as the first frame of the stack.
  const twice = ip !== undefined && first !== undefined && ip.function === first.function && ip.offset === first.offset
  return [...trace.ip, ...(twice ? frames.slice(1) : frames)]
}

// A jump to nowhere: the caller is in the link register, and not always on the stack.
const trapFrames = (trace: Trace): readonly Frame[] => {
  const frames = whole(trace)
  if (trace.ip.length > 0 || !trace.nowhere) return frames.length > 0 ? frames : trace.link
  return [...trace.link.filter((link) => frames[0]?.function !== link.function), ...frames]
}

// Registers before a stack are the interrupted ones already; a stack without them starts in the interrupt.
const interrupted = (trace: Trace): readonly Frame[] =>
  trace.interrupted === null || trace.ip.length > 0 ? whole(trace) : trace.frames.slice(trace.interrupted)

/** Applies the rule of the report's family; `named` is the function that the header itself tells. */
export const findGuilt = (body: Body, blame: Blame, named: string | null): Guilt => {
  if (blame === 'race') return raceGuilt(body, named)
  if (blame === 'stall') return stallGuilt(body)
  const stacks = body.traces.map(trapFrames).filter((frames) => frames.length > 0)
  if (blame === 'blocked') return blockedGuilt(stacks)
  if (blame === 'lock') {
    const { frames, function: found } = firstStack(stacks, isMachinery, null)
    return { function: firstGuilty(body.at, isMachinery) ?? found, frames }
  }
  if (blame === 'holder') {
    const { frames, function: found } = firstStack(stacks.length > 0 ? stacks : [body.held], isHelper, named)
    return { function: firstGuilty(body.held, isMachinery) ?? found, frames }
  }
  const registry = blame === 'trap' ? registryOf(named) : null
  const found = registry === null ? null : firstStack(stacks, (name) => isHelper(name) || registry.test(name), null)
  if (found?.function != null && !registry?.test(found.function)) return found
  const guilt = firstStack(stacks.length > 0 ? stacks : [body.held], isHelper, named)
  return blame === 'none' ? { ...guilt, function: null } : guilt
}

// A stack that is nothing but waiting: whoever waits innermost.
const blockedGuilt = (stacks: readonly (readonly Frame[])[]): Guilt => {
  const guilt = firstStack(stacks.slice(0, 1), isSleep, null)
  const isSure = guilt.function !== null && !isSleep(guilt.function)
  return isSure ? guilt : firstStack(stacks.slice(0, 1), isMachinery, null)
}

// The first stack that has somebody to blame: one that ends in the detector's own frames is followed by the real one.
const firstStack = (stacks: readonly (readonly Frame[])[], skip: Skip, named: string | null): Guilt => {
  const told = named !== null && !skip(named) ? named : null
  for (const frames of stacks) {
    // Where the unwinder only guesses, the header knows better than the stack.
    const guesses = frames.every((frame) => frame.unreliable)
    const found = (guesses ? told : null) ?? firstGuilty(frames, skip)
    // A check that struck in a worker's loop itself is known by its own name.
    if (found !== null) return { function: isLoop(found) ? (named ?? found) : found, frames }
  }
  const frames = stacks[0] ?? []
  return { function: named ?? namesOfFirst(frames), frames }
}

const namesOfFirst = (frames: readonly Frame[]): string | null => {
  const first = frames[0]
  return first === undefined ? null : plainName(first.function)
}

const stallGuilt = (body: Body): Guilt => {
  const stacks = body.traces.map(interrupted)
  for (const frames of stacks) {
    const busy = frames.some((frame) => !frame.unreliable && isIdle(frame.function))
      ? null
      : firstGuilty(frames, isHelper)
    if (busy !== null) return { function: busy, frames }
  }
  const frames = stacks.find((stack) => stack.length > 0) ?? []
  return { function: firstGuilty(frames, isMachinery), frames }
}

// The header names both sides, ordered by the kernel: the first one is told the same in every report of the race.
const raceGuilt = (body: Body, named: string | null): Guilt => {
  const stack = body.races.find((frames) => frames.flatMap(namesOf).some((name) => name === named))
  const frames = stack ?? body.races[0] ?? []
  return { function: named !== null && !isMachinery(named) ? named : firstGuilty(frames, isMachinery), frames }
}
