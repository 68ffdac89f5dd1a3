// SPDX-License-Identifier: MIT
import type { Blame } from '../family.ts'
import type { Frame } from '../model.ts'
import { isHelper, isIdle, isLoop, isMachinery, isSleep, registryOf } from './machinery.ts'
import type { Body, Trace } from './report-body.ts'
import { plainName } from './title.ts'

/** The stack to look at, and the function to blame on it. */
export interface Guilt {
  readonly function: string | undefined
  readonly frames: readonly Frame[]
}

type Skip = (name: string) => boolean
type Stacks = readonly (readonly Frame[])[]

/** The names on a frame, innermost first. */
export const namesOf = (frame: Frame): readonly string[] => [
  ...frame.inlined.map((call) => plainName(call.function)),
  plainName(frame.function),
]

const firstGuilty = (frames: readonly Frame[], skip: Skip): string | undefined => {
  const reliable = frames.filter((frame) => !frame.unreliable)
  const names = (reliable.length > 0 ? reliable : frames).flatMap(namesOf)
  const found = names.find((name) => !skip(name))
  if (skip !== isHelper || (found !== undefined && !isLoop(found))) return found
  return names.find((name) => !isMachinery(name))
}

const whole = (trace: Trace): readonly Frame[] => {
  const frames = trace.frames.slice(trace.nmi)
  const first = frames[0]
  const ip = trace.ip.at(-1)
  // arm64 prints the faulting frame as `pc` and again as the first frame of the stack.
  const twice = ip !== undefined && first !== undefined && ip.function === first.function && ip.offset === first.offset
  return [...trace.ip, ...(twice ? frames.slice(1) : frames)]
}

// After a jump to a bad address the caller is in the link register, and not always on the stack.
const trapFrames = (trace: Trace): readonly Frame[] => {
  const frames = whole(trace)
  if (trace.ip.length > 0 || !trace.nowhere) return frames.length > 0 ? frames : trace.link
  return [...trace.link.filter((link) => frames[0]?.function !== link.function), ...frames]
}

// Registers before a stack are already those of the interrupted context; a stack without them starts in the interrupt.
const interrupted = (trace: Trace): readonly Frame[] =>
  trace.interrupted === undefined || trace.ip.length > 0 ? whole(trace) : trace.frames.slice(trace.interrupted)

const innermost = (frames: readonly Frame[]): string | undefined =>
  frames[0] === undefined ? undefined : plainName(frames[0].function)

// The first stack with a function to blame: a stack of the detector's own frames is followed by the one that matters.
const firstStack = (stacks: Stacks, skip: Skip, named: string | undefined): Guilt => {
  const printed = named !== undefined && !skip(named) ? named : undefined
  for (const frames of stacks) {
    // Where the unwinder only guesses, the header is more reliable than the stack.
    const guesses = frames.every((frame) => frame.unreliable)
    const found = (guesses ? printed : undefined) ?? firstGuilty(frames, skip)
    // A check that failed in a worker's loop itself is known by its own name.
    if (found !== undefined) return { function: isLoop(found) ? (named ?? found) : found, frames }
  }
  const frames = stacks[0] ?? []
  return { function: named ?? innermost(frames), frames }
}

// When the whole stack waits, the innermost function that is no machinery is to blame.
const blockedGuilt = (stacks: Stacks): Guilt => {
  const guilt = firstStack(stacks.slice(0, 1), isSleep, undefined)
  const isAwake = guilt.function !== undefined && !isSleep(guilt.function)
  return isAwake ? guilt : firstStack(stacks.slice(0, 1), isMachinery, undefined)
}

const stallGuilt = (body: Body): Guilt => {
  const stacks = body.traces.map(interrupted)
  for (const frames of stacks) {
    if (frames.some((frame) => !frame.unreliable && isIdle(frame.function))) continue
    const busy = firstGuilty(frames, isHelper)
    if (busy !== undefined) return { function: busy, frames }
  }
  const frames = stacks.find((stack) => stack.length > 0) ?? []
  return { function: firstGuilty(frames, isMachinery), frames }
}

// The header names both sides; the first one in alphabetical order is the same in every report of the race.
const raceGuilt = (body: Body, named: string | undefined): Guilt => {
  const stack = body.races.find((frames) => frames.flatMap(namesOf).some((name) => name === named))
  const frames = stack ?? body.races[0] ?? []
  const isNamed = named !== undefined && !isMachinery(named)
  return { function: isNamed ? named : firstGuilty(frames, isMachinery), frames }
}

const lockGuilt = (body: Body, stacks: Stacks): Guilt => {
  const { frames, function: found } = firstStack(stacks, isMachinery, undefined)
  return { function: firstGuilty(body.at, isMachinery) ?? found, frames }
}

const holderGuilt = (body: Body, stacks: Stacks, named: string | undefined): Guilt => {
  const { frames, function: found } = firstStack(stacks, isHelper, named)
  return { function: firstGuilty(body.held, isMachinery) ?? found, frames }
}

// A check of a registry blames the caller that registered.
const registryGuilt = (stacks: Stacks, named: string | undefined): Guilt | undefined => {
  const registry = registryOf(named)
  if (registry === undefined) return undefined
  const guilt = firstStack(stacks, (name) => isHelper(name) || registry.test(name), undefined)
  return guilt.function === undefined || registry.test(guilt.function) ? undefined : guilt
}

/** Applies the rule of the report's family; `named` is the function that the header itself names. */
export const findGuilt = (body: Body, blame: Blame, named: string | undefined): Guilt => {
  if (blame === 'race') return raceGuilt(body, named)
  if (blame === 'stall') return stallGuilt(body)
  const stacks = body.traces.map(trapFrames).filter((frames) => frames.length > 0)
  if (blame === 'blocked') return blockedGuilt(stacks)
  if (blame === 'lock') return lockGuilt(body, stacks)
  const known = stacks.length > 0 ? stacks : [body.held]
  if (blame === 'holder') return holderGuilt(body, known, named)
  const guilt = (blame === 'trap' ? registryGuilt(stacks, named) : undefined) ?? firstStack(known, isHelper, named)
  return blame === 'none' ? { ...guilt, function: undefined } : guilt
}
