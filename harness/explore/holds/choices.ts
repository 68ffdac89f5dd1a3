// SPDX-License-Identifier: MIT
import { bareType, type DebugInfo, type Named, typeText } from '../../lib/dwarf/types.ts'
import type { HoldChoice, HoldFor } from '../../model/results.ts'
import type { Step } from '../schedule.ts'
import type { Place } from '../symbols.ts'
import { conflict, isKernelCode, type Preemption, preemptionsIn, within } from './preemptions.ts'

/** What a schedule is translated with. */
export interface Translating {
  readonly info: Pick<DebugInfo, 'types' | 'functions'>
  /** Whether a function has code of its own in the explored objects. */
  readonly has: (name: string) => boolean
  /** Whether lines of the explored source are those that `--hold` counts: those without the patch. */
  readonly hasLines: boolean
}

/** A call that is under way at a step: its frame, and what its thread touches in it. */
interface Frame {
  readonly place: Place
  readonly touched: ReadonlySet<string>
}

// The longest: on a busy host the other CPU may not run for some time.
const TIME = 'for 50ms'
const MOST_FRAMES = 4
const MOST_KEYS = 6

const touchedBy = (steps: readonly Step[], indices: readonly number[]): ReadonlySet<string> =>
  new Set(indices.flatMap((index) => steps[index]!.on ?? []))

/** Frames of the kernel's own code, innermost first; of a function that calls itself the innermost. */
const framesOf = (stack: readonly Place[]): readonly number[] =>
  [...stack.keys()].filter(
    (index) =>
      isKernelCode(stack[index]!) && stack.findIndex((place) => place.function === stack[index]!.function) === index,
  )

/** What was inlined comes last: a booted kernel seldom has it. */
const ownFirst = (frames: readonly Frame[], { has }: Translating): readonly Frame[] => [
  ...frames.filter(({ place }) => has(place.function)),
  ...frames.filter(({ place }) => !has(place.function)),
]

/**
 * The calls at whose beginning the thread may be held instead: since then it did nothing whose order with the steps of the
 * others matters.
 */
const heldFrames = (
  steps: readonly Step[],
  { thread, stand, own, others }: Preemption,
  translating: Translating,
): readonly Frame[] => {
  const { stack } = steps[stand]!
  const before = [...steps.keys()].filter((index) => index < stand && steps[index]!.thread === thread).reverse()
  const found: Frame[] = []
  for (const index of framesOf(stack)) {
    const since = within(steps, before, stack, index)
    if (since.some((one) => others.some((other) => conflict(steps[one]!, steps[other]!)))) break
    found.push({ place: stack[index]!, touched: touchedBy(steps, within(steps, own, stack, index)) })
  }
  return ownFirst(found, translating).slice(0, MOST_FRAMES)
}

const isLock = ({ op }: Step): boolean => op.includes('lock')

/**
 * The step of the others that matters most to what the thread does next: the last one that changes a word which that
 * touches, else the last one of any order that matters; a lock says only who came first.
 */
const lastThatMatters = (steps: readonly Step[], { own, others }: Preemption): number => {
  const ordered = (index: number): boolean => own.some((one) => conflict(steps[one]!, steps[index]!))
  const changes = (index: number): boolean =>
    !isLock(steps[index]!) && /^(?:write|atomic|free)/.test(steps[index]!.op) && ordered(index)
  return (
    others.findLast(changes) ??
    others.findLast((index) => !isLock(steps[index]!) && ordered(index)) ??
    others.findLast(ordered) ??
    others.findLast((index) => steps[index]!.stack.length > 0) ??
    others.at(-1)!
  )
}

/** Where the other thread has to have come, and where it stands when the first one goes on. */
interface Passed {
  readonly thread: number
  /** Calls that are over then, innermost first. */
  readonly over: readonly Frame[]
  /** Undefined when it has ended. */
  readonly standsAt: Place | undefined
}

const passedBy = (steps: readonly Step[], preemption: Preemption, translating: Translating): Passed => {
  const { others } = preemption
  const last = lastThatMatters(steps, preemption)
  const { thread, stack } = steps[last]!
  const all = [...steps.keys()].filter((index) => steps[index]!.thread === thread)
  const meanwhile = all.filter((index) => others.includes(index))
  const next = all.find((index) => index > meanwhile.at(-1)! && steps[index]!.stack.length > 0)
  const following = next === undefined ? [] : [next]
  const backwards = meanwhile.filter((index) => index <= last).reverse()
  const over = framesOf(stack).flatMap((index): readonly Frame[] => {
    const inside = within(
      steps,
      meanwhile.filter((one) => one >= last),
      stack,
      index,
    )
    const goesOn = inside.at(-1) === meanwhile.at(-1) && within(steps, following, stack, index).length > 0
    const unfinished = inside.at(-1) === meanwhile.at(-1) && following.length === 0
    if (goesOn || unfinished) return []
    return [{ place: stack[index]!, touched: touchedBy(steps, within(steps, backwards, stack, index)) }]
  })
  const standsAt = next === undefined ? undefined : steps[next]!.stack.find(isKernelCode)
  return { thread, over: ownFirst(over, translating).slice(0, MOST_FRAMES), standsAt }
}

const parametersOf = ({ info }: Translating, name: string): readonly Named[] =>
  info.functions.get(name)?.[0]?.parameters.slice(0, MOST_KEYS) ?? []

const kindOf = (object: string): string => object.replace(/ \d+$/, '')

/** Whether a parameter stands for this object: by the struct that it points to, or by its name where it is a number. */
const standsFor = ({ info }: Translating, { name, type }: Named, object: string): boolean => {
  const bare = bareType(info, type)
  const kind = kindOf(object)
  if (bare?.kind !== 'pointer') return kind === name || kind.endsWith(`_${name}`)
  const to = bareType(info, bare.to)
  return to?.kind === 'record' && to.name === kind.replace(/^struct /, '')
}

/** An argument that both calls have, and that stands for one object which both touch. */
const keyOf = (translating: Translating, held: Frame, passed: Frame) => {
  const both = [...held.touched].filter((object) => passed.touched.has(object))
  const [ours, theirs] = [held, passed].map(({ place }) => parametersOf(translating, place.function))
  const text = ({ type }: Named): string => typeText(translating.info, type)
  const found = ours!.flatMap((one, index) => {
    const other = theirs!.findIndex(({ name, type }) => name === one.name && text({ name, type }) === text(one))
    return other >= 0 && both.some((object) => standsFor(translating, one, object))
      ? [{ name: one.name, ours: index, theirs: other }]
      : []
  })
  return found[0]
}

/** A worker of the kernel runs what is queued, whoever the scenario's thread is. */
const whomOf = ({ stack }: Step): string =>
  stack.some((place) => isKernelCode(place) && /_(?:worker|work|work_fn|workfn)$/.test(place.function))
    ? ' in kworkers'
    : ''

const lineText = ({ file, line }: Place): string => `${file}:${line}`

const unique = (choices: readonly HoldChoice[]): readonly HoldChoice[] =>
  choices.filter(({ text }, index) => choices.findIndex((one) => one.text === text) === index)

const MOST_CHOICES = 24

/** The hold points that can stand for a preemption, the nearest first. */
const choicesFor = (
  steps: readonly Step[],
  preemption: Preemption,
  translating: Translating,
): readonly HoldChoice[] => {
  const stand = steps[preemption.stand]!
  const whom = whomOf(stand)
  const at = stand.stack.find(isKernelCode)
  if (at === undefined) return []
  const held = heldFrames(steps, preemption, translating)
  const who = `thread ${preemption.thread} stands at ${lineText(at)} in ${at.function}`
  if (!preemption.resumes) {
    const why = `${who} when the other one fails`
    const line = translating.hasLines ? [{ text: `${lineText(at)}${whom} ${TIME}`, why }] : []
    return unique([...line, ...held.map(({ place }) => ({ text: `${place.function}${whom} ${TIME}`, why }))])
  }
  const passed = passedBy(steps, preemption, translating)
  const nothing = ({ place }: Frame): string =>
    `${who}, and since it entered ${place.function} nothing that thread ${passed.thread} touches was touched`
  const keyed = held.flatMap((ours) =>
    passed.over.flatMap((theirs) => {
      const key = keyOf(translating, ours, theirs)
      if (key === undefined) return []
      const text = `${ours.place.function}:arg${key.ours}${whom} until ${theirs.place.function}:arg${key.theirs} ${TIME}`
      return [
        {
          text,
          why: `${nothing(ours)}; thread ${passed.thread} has left ${theirs.place.function} with the same ${key.name}`,
        },
      ]
    }),
  )
  const ends = [
    ...passed.over.map(({ place }) => ({ text: place.function, why: `has left ${place.function}` })),
    ...(translating.hasLines && passed.standsAt && passed.over.length === 0
      ? [{ text: lineText(passed.standsAt), why: `has come to ${lineText(passed.standsAt)}` }]
      : []),
  ]
  const until = (text: string, why: string): readonly HoldChoice[] =>
    ends.length === 0
      ? [{ text: `${text}${whom} ${TIME}`, why }]
      : ends.map((end) => ({
          text: `${text}${whom} until ${end.text} ${TIME}`,
          why: `${why}; thread ${passed.thread} ${end.why}`,
        }))
  const lines = translating.hasLines ? until(lineText(at), who) : []
  const entries = held.flatMap((frame, index) => {
    const outer = held[index + 1]?.place.function
    const inlined = outer === undefined ? [] : until(`${outer}>${frame.place.function}`, nothing(frame))
    return [...until(frame.place.function, nothing(frame)), ...inlined]
  })
  return unique([...keyed, ...lines, ...entries]).slice(0, MOST_CHOICES)
}

/** The hold points that make a booted kernel run a failing schedule, in the order of its preemptions. Pure. */
export const holdsOfSchedule = (steps: readonly Step[], translating: Translating): HoldFor[] =>
  preemptionsIn(steps).map((preemption) => ({
    thread: preemption.thread,
    choices: [...choicesFor(steps, preemption, translating)],
  }))
