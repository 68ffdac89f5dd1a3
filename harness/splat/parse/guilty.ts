// SPDX-License-Identifier: MIT
import type { Blame } from '../family.ts'
import type { Frame } from '../model.ts'
import { firstOn, hidesOne, isAtEnd, namesOf, soundOf } from './frames.ts'
import { isHelper, isHelperPlace, isIdle, isLoop, isMachinery, isSleep, registryOf, sharedWait } from './machinery.ts'
import type { Body, Trace } from './report-body.ts'
import { busyEntry, hasEnd } from './stall.ts'
import { plainName } from './title.ts'

/** The stack to look at, and the function to blame on it. */
export interface Guilt {
  readonly function: string | undefined
  readonly frames: readonly Frame[]
  /** Why the function may be the wrong one, or is absent. */
  readonly doubt?: string | undefined
}

type Skip = (name: string) => boolean
type Stacks = readonly (readonly Frame[])[]

const GUESSED = 'the unwinder only guessed the stack'
const NOBODY = 'the stack holds no function that can be to blame'
const CUT = 'the end of the stack is missing'
const NO_STACK = 'the stack is missing'
const WORK = 'the line that names the work item is missing'
const LACKS = 'the stack lacks the function that the header names'

// Each rule skips less than the one before it: when nobody is left, a helper is to blame after all.
const HELPER_RULES: readonly ((name: string, location: string | null) => boolean)[] = [
  (name, location) => !isHelper(name) && !isHelperPlace(location),
  (name) => !isHelper(name),
]

const firstGuilty = (frames: readonly Frame[], skip: Skip): string | undefined => {
  const sound = soundOf(frames)
  if (skip !== isHelper) return firstOn(sound, (name) => !skip(name))
  for (const rule of HELPER_RULES) {
    const found = firstOn(sound, rule)
    if (found !== undefined && !isLoop(found)) return found
  }
  // The function that is not known would be to blame, not its helper.
  return hidesOne(frames) ? undefined : firstOn(sound, (name) => !isMachinery(name))
}

// A function that calls none needs no frame of its own. On arm64 and riscv its caller is then in the link register alone.
const hiddenCaller = ({ link }: Trace, ip: Frame, next: Frame | undefined): readonly Frame[] => {
  const [caller] = link
  if (caller === undefined || !isHelper(plainName(ip.function))) return []
  // The line may be there twice; the register of another report says nothing.
  if (link.some((other) => other.function !== caller.function)) return []
  const name = plainName(caller.function)
  const isShown = name === plainName(ip.function) || (next !== undefined && namesOf(next).includes(name))
  return isShown ? [] : [caller]
}

const whole = (trace: Trace): readonly Frame[] => {
  const frames = trace.frames.slice(trace.nmi)
  const ip = trace.ip.at(-1)
  if (ip === undefined) return frames
  // arm64 prints the faulting frame as `pc` and again as the first frame of the stack; a console may repeat its line.
  const other = frames.findIndex((frame) => frame.function !== ip.function || frame.offset !== ip.offset)
  if (other === 0 || frames.length === 0) return [...trace.ip, ...frames]
  const callers = other < 0 ? [] : frames.slice(other)
  return [...trace.ip, ...hiddenCaller(trace, ip, callers[0]), ...callers]
}

// What called a bad address has no frame of its own that older unwinders were sure of. Its return address is the first one.
const withCaller = (frames: readonly Frame[]): readonly Frame[] => {
  const [caller, ...rest] = frames
  const isKnown =
    caller?.unreliable === true &&
    !isMachinery(plainName(caller.function)) &&
    !isAtEnd(caller) &&
    !caller.function.startsWith('__pfx_') &&
    rest.some(({ unreliable }) => !unreliable)
  return isKnown ? [{ ...caller, unreliable: false }, ...rest] : frames
}

// After a jump to a bad address the caller is in the link register, and not always on the stack.
const trapFrames = (trace: Trace): readonly Frame[] => {
  const frames = whole(trace)
  if (trace.ip.length > 0 || !trace.nowhere) return frames.length > 0 ? frames : trace.link
  const callers = withCaller(frames)
  return [...trace.link.filter((link) => callers[0]?.function !== link.function), ...callers]
}

// Registers before a stack are already those of the interrupted context; a stack without them starts in the interrupt.
// arm, mips and loongarch print the registers, and then the stack of the interrupt with that context in it.
const interrupted = (trace: Trace): readonly Frame[] => {
  const { interrupted: below } = trace
  if (below === undefined) return whole(trace)
  const ip = trace.ip.at(-1)
  if (ip === undefined) return trace.frames.slice(below)
  const again = trace.frames.findIndex((frame, at) => at >= below && frame.function === ip.function)
  return again < 0 ? whole(trace) : trace.frames.slice(again)
}

const blamable = (named: string | undefined): string | undefined =>
  named !== undefined && !isMachinery(named) ? named : undefined

const stackGuilt = (frames: readonly Frame[], skip: Skip, named: string | undefined): Guilt | undefined => {
  // Where the unwinder only guesses, the header is more reliable than the stack.
  const guesses = frames.every((frame) => frame.unreliable)
  const printed = guesses && named !== undefined && !skip(named) ? named : undefined
  const found = printed ?? firstGuilty(frames, skip)
  if (found === undefined) return undefined
  // A check that failed in a worker's loop itself is known by its own name.
  const guilty = isLoop(found) ? (blamable(named) ?? found) : found
  return { function: guilty, frames, doubt: guesses && guilty !== named ? GUESSED : undefined }
}

// The first stack with a function to blame: a stack of the detector's own frames is followed by the one that matters.
const firstStack = (stacks: Stacks, skip: Skip, named: string | undefined): Guilt => {
  for (const frames of stacks) {
    const guilt = stackGuilt(frames, skip, named)
    if (guilt !== undefined) return guilt
  }
  const frames = stacks[0] ?? []
  const last = blamable(named)
  return { function: last, frames, doubt: last === undefined && frames.length > 0 ? NOBODY : undefined }
}

// When the whole stack waits, the innermost function that is no machinery is to blame.
const blockedGuilt = (stacks: Stacks): Guilt => {
  const guilt = firstStack(stacks.slice(0, 1), isSleep, undefined)
  if (guilt.function !== undefined) return guilt
  const waits = firstStack(stacks.slice(0, 1), isMachinery, undefined)
  return hasEnd(waits.frames) ? waits : { ...waits, doubt: waits.doubt ?? CUT }
}

// Tasks that wait for the same lock are one hang, whoever of them is reported first.
const hangGuilt = (stacks: Stacks): Guilt => {
  const frames = stacks[0] ?? []
  const shared = soundOf(frames)
    .flatMap(namesOf)
    .map(sharedWait)
    .find((name) => name !== undefined)
  if (shared !== undefined) return { function: shared, frames }
  const guilt = blockedGuilt(stacks)
  // A thread's own function is between its loop and what it waits for.
  return guilt.function === 'kthread' ? { ...guilt, function: undefined, doubt: NOBODY } : guilt
}

// A stall also shows RCU's own thread, which nobody lets run: it was switched, and nothing interrupted it.
const isOfRcu = (frames: readonly Frame[]): boolean => {
  const names = soundOf(frames).flatMap(namesOf)
  return names.includes('rcu_gp_kthread') && names.includes('__schedule') && !frames.some(({ ip }) => ip)
}

const stallGuilt = (body: Body): Guilt => {
  const shown = body.traces.map(interrupted).filter((stack) => stack.length > 0)
  const stacks = shown.filter((frames) => !isOfRcu(frames))
  if (stacks.length === 0 && shown[0] !== undefined) return { function: undefined, frames: shown[0] }
  const isBusy = (frames: readonly Frame[]): boolean =>
    !frames.some((frame) => !frame.unreliable && isIdle(plainName(frame.function)))
  for (const frames of [...stacks.filter(isBusy), ...stacks.filter((stack) => !isBusy(stack))]) {
    const found = busyEntry(frames) ?? firstGuilty(frames, isHelper)
    const doubt = frames.every(({ unreliable }) => unreliable) ? GUESSED : undefined
    // A thread's own function is between its loop and where it is busy.
    if (found === 'kthread') return { function: undefined, frames, doubt: NOBODY }
    if (found !== undefined) return { function: found, frames, doubt }
  }
  return { function: undefined, frames: stacks[0] ?? [], doubt: stacks.length > 0 ? NOBODY : undefined }
}

// The header names both sides; the first one in alphabetical order is the same in every report of the race.
const raceGuilt = (body: Body, named: string | undefined): Guilt => {
  const stack = body.races.find((frames) => frames.flatMap(namesOf).some((name) => name === named))
  const frames = stack ?? body.races[0] ?? []
  return { function: blamable(named) ?? firstGuilty(frames, isMachinery), frames }
}

// Where a lock is taken is on the line of the lock. The lock of a work item is taken by the loop that runs it.
const takenBy = (frames: readonly Frame[]): string | undefined =>
  firstOn(soundOf(frames), (name) => !isMachinery(name) && !isLoop(name))

// `Workqueue: events foo_work`, with the module up to 5.x in brackets.
const workOf = (workqueue: string | undefined): string | undefined => {
  const name = /^\S+ ([A-Za-z_]\w*)/.exec(workqueue ?? '')?.[1]
  return name === undefined || isHelper(name) ? undefined : plainName(name)
}

const taker = (taken: string | undefined, guilt: Guilt, body: Body): Guilt => {
  if (taken !== undefined) return { function: taken, frames: guilt.frames }
  const isWorker = guilt.function !== undefined && isLoop(guilt.function)
  if (!isWorker) return guilt
  const work = workOf(body.workqueue)
  return work === undefined ? { ...guilt, function: undefined, doubt: WORK } : { ...guilt, function: work }
}

const lockGuilt = (body: Body, stacks: Stacks): Guilt =>
  taker(takenBy(body.at), firstStack(stacks, isMachinery, undefined), body)

const holderGuilt = (body: Body, stacks: Stacks, named: string | undefined): Guilt =>
  taker(takenBy(body.held), firstStack(stacks, isHelper, named), body)

// A check of a registry blames the caller that registered.
const registryGuilt = (stacks: Stacks, named: string | undefined): Guilt | undefined => {
  const registry = registryOf(named)
  if (registry === undefined) return undefined
  const guilt = firstStack(stacks, (name) => isHelper(name) || registry.test(name), undefined)
  return guilt.function === undefined || registry.test(guilt.function) ? undefined : guilt
}

// The header's function is on the report's own stack: a stack without it is that of somebody else, or is cut.
const checkNamed = (guilt: Guilt, named: string | undefined): Guilt => {
  if (named === undefined || guilt.frames.length === 0) return guilt
  const names = soundOf(guilt.frames).flatMap(namesOf)
  const at = names.indexOf(named)
  // What called the header's function may be to blame for it, but nothing that it called.
  const blamed = names.indexOf(guilt.function ?? named)
  if (at >= 0 && (blamed < 0 || at <= blamed)) return guilt
  return { ...guilt, function: isHelper(named) ? guilt.function : named, doubt: LACKS }
}

// The thread's own function is missing, unless the registers or the header say that it is not.
const checkThread = (guilt: Guilt, named: string | undefined): Guilt =>
  guilt.function === 'kthread' && named !== 'kthread' && !guilt.frames.some(({ ip }) => ip)
    ? { ...guilt, function: undefined, doubt: NOBODY }
    : guilt

const trapGuilt = (body: Body, traces: Stacks, blame: Blame, named: string | undefined): Guilt => {
  const stacks = traces.length > 0 ? traces : [body.held]
  if (blame === 'holder') return holderGuilt(body, stacks, named)
  if (blame === 'named') return { function: blamable(named), frames: stacks[0] ?? [] }
  const guilt = (blame === 'trap' ? registryGuilt(stacks, named) : undefined) ?? firstStack(stacks, isHelper, named)
  const doubt = traces.length === 0 && body.held.length > 0 ? { doubt: NO_STACK } : {}
  return checkNamed(checkThread({ ...guilt, ...doubt }, named), named)
}

/** Applies the rule of the report's family; `named` is the function that the header itself names. */
export const findGuilt = (body: Body, blame: Blame, named: string | undefined): Guilt => {
  if (blame === 'race') return raceGuilt(body, named)
  if (blame === 'stall') return stallGuilt(body)
  const stacks = body.traces.map(trapFrames).filter((frames) => frames.length > 0)
  if (blame === 'blocked') return blockedGuilt(stacks)
  if (blame === 'hang') return hangGuilt(stacks)
  if (blame === 'lock') return lockGuilt(body, stacks)
  const guilt = trapGuilt(body, stacks, blame, named)
  return blame === 'none' ? { frames: guilt.frames, function: undefined } : guilt
}
