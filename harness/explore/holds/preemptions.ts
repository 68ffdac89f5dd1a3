// SPDX-License-Identifier: MIT
import { type Step, wordsOf } from '../schedule.ts'
import type { Place } from '../symbols.ts'

/** A thread that another one was let in front of, though it could have gone on. Numbers are indices of steps. */
export interface Preemption {
  readonly thread: number
  /** The step before which it stands. */
  readonly stand: number
  /** Its steps from there on. */
  readonly own: readonly number[]
  /** What others did meanwhile. */
  readonly others: readonly number[]
  /** Whether it goes on before the failure. */
  readonly resumes: boolean
}

/** What a thread does without another one between: the indices of its steps. */
const groupsOf = (steps: readonly Step[]): readonly (readonly number[])[] => {
  const groups: number[][] = []
  for (const [index, { thread }] of steps.entries()) {
    if (thread === 0) continue
    const last = groups.at(-1)
    if (last !== undefined && steps[last[0]!]!.thread === thread) last.push(index)
    else groups.push([index])
  }
  return groups
}

// It could not go on by itself: no hold is needed.
const waits = ({ op }: Step): boolean => op === 'wait'
const isOver = ({ op }: Step): boolean => op === 'end' || op === 'failure'

/** The first of these steps that has a place in the code: between its operations a thread stands before the next one. */
const placed = (steps: readonly Step[], own: readonly number[]): number | undefined =>
  own.find((index) => steps[index]!.stack.length > 0)

/** The preemptions of a schedule, in their order. */
export const preemptionsIn = (steps: readonly Step[]): readonly Preemption[] => {
  const groups = groupsOf(steps)
  return groups.flatMap((group, at) => {
    const { thread } = steps[group[0]!]!
    const last = group.at(-1)!
    const next = groups.findIndex((other, index) => index > at && steps[other[0]!]!.thread === thread)
    const between = next < 0 ? groups.slice(at + 1) : groups.slice(at + 1, next)
    if (between.length === 0 || waits(steps[last]!) || isOver(steps[last]!)) return []
    // What it was about to do is its last step then: it never happened.
    const own =
      next < 0
        ? [last]
        : groups
            .slice(next)
            .filter(([first]) => steps[first!]!.thread === thread)
            .flat()
    const stand = placed(steps, own)
    return stand === undefined ? [] : [{ thread, stand, own, others: between.flat(), resumes: next >= 0 }]
  })
}

const CHANGES = /^(?:write|atomic|free|lock|unlock|try)/

/** Whether the order of two steps matters: they touch one word, and one of them changes it. */
export const conflict = (a: Step, b: Step): boolean => {
  if (a.address === null || b.address === null || !(CHANGES.test(a.op) || CHANGES.test(b.op))) return false
  const words = new Set(wordsOf(a))
  return wordsOf(b).some((word) => words.has(word))
}

/** Whether a place is the kernel's own C code: not a header's, and not that of a model of ours. */
export const isKernelCode = ({ file }: Place): boolean =>
  file?.endsWith('.c') === true && !file.startsWith('guest/explore/')

const same = (a: Place, b: Place): boolean => a.function === b.function && a.file === b.file && a.line === b.line

/** Whether a stack is within the call that the frame `index` of another one is of. */
const isWithin = (stack: readonly Place[], of: readonly Place[], index: number): boolean => {
  const at = stack.length - (of.length - index)
  if (at < 0 || stack[at]!.function !== of[index]!.function) return false
  return of.slice(index + 1).every((place, offset) => same(place, stack[at + 1 + offset]!))
}

/**
 * Of the indices of one thread's steps, those next to each other from the first one on that are within one call: that of
 * the frame `index` of `of`. Steps without a place belong to what they are between.
 */
export const within = (
  steps: readonly Step[],
  indices: readonly number[],
  of: readonly Place[],
  index: number,
): readonly number[] => {
  const end = indices.findIndex((one) => {
    const { stack } = steps[one]!
    return stack.length === 0 || !isWithin(stack, of, index)
  })
  return end < 0 ? indices : indices.slice(0, end)
}
