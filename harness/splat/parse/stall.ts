// SPDX-License-Identifier: MIT
import type { Frame } from '../model.ts'
import { namesOf, soundOf } from './frames.ts'
import { isDispatcher, isHelper, isLoop, isMachinery, isUnwinder } from './machinery.ts'

// A system call without anything inside it is known by its own name.
const isCalled = (name: string): boolean => name.startsWith('sys_') || (!isHelper(name) && !isLoop(name))

const isKnown = (name: string): boolean => !isUnwinder(name) && !isMachinery(name) && !isLoop(name)

/** Whether a stack has its end: what handed work to the functions inside it. */
export const hasEnd = (frames: readonly Frame[]): boolean =>
  frames.flatMap(namesOf).some((name) => isLoop(name) || isDispatcher(name))

/**
 * Where the code was entered in which a CPU is busy: what the innermost dispatcher called. The innermost function is
 * another one in each report of the same stall.
 */
export const busyEntry = (frames: readonly Frame[]): string | undefined => {
  const names = soundOf(frames).flatMap(namesOf)
  for (const [index, name] of names.entries()) {
    if (!isDispatcher(name)) continue
    const inner = names.slice(0, index)
    const called = inner.findLast(isCalled) ?? inner.findLast(isKnown)
    if (called !== undefined) return called
  }
  return undefined
}
