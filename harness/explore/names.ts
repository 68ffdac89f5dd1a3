// SPDX-License-Identifier: MIT
import type { DebugInfo } from '../lib/dwarf/types.ts'
import type { RawFailure, RawStep } from './records.ts'
import type { Words } from './schedule.ts'
import type { Place } from './symbols.ts'
import { labelsOf, memberAt, staticAt, type Typed, typeOfObject } from './variables.ts'

const isInC = ({ file }: Place): boolean => file?.endsWith('.c') === true

/** The words of the lines of a step: of what was inlined there, up to the first line of a C file. */
const wordsAt = (stack: readonly Place[], textAt: (place: Place) => string): ReadonlySet<string> => {
  const last = stack.findIndex(isInC)
  const lines = (last < 0 ? stack.slice(0, 1) : stack.slice(0, last + 1)).map(textAt)
  return new Set(lines.flatMap((line) => line.match(/\w+/g) ?? []))
}

/** The types of the objects of a failure that are known. */
const typesOf = (
  { objects }: Pick<RawFailure, 'objects'>,
  info: DebugInfo,
  places: Words['places'],
): ReadonlyMap<string, Typed> =>
  new Map(
    objects.flatMap(({ name, size, stack }) => {
      const functions = places(stack)
        .filter(isInC)
        .map((place) => place.function)
      const typed = typeOfObject(info, { name, size, functions })
      return typed === undefined ? [] : [[name, typed] as const]
    }),
  )

const LOCK = /lock|wait/

/** Names what the steps of a failure touch: by the kernel's own types, where they are sure. */
export const namerOf = (
  raw: Pick<RawFailure, 'objects'>,
  info: DebugInfo,
  places: Words['places'],
  textAt: Words['textAt'],
): Words['variableOf'] => {
  const types = typesOf(raw, info, places)
  const labels = labelsOf(info, types)
  const memberOf = ({ object, offset, op }: RawStep, size: number, words: ReadonlySet<string>): string | null => {
    const typed = types.get(object ?? '')
    if (typed === undefined || typeof offset !== 'number') return null
    const label = labels.get(object!)!
    // All of it.
    if (op === 'free') return label
    const part = memberAt(info, typed.type, { offset, size }, words)
    return part === undefined ? null : `${label}->${part.replace(/^\./, '')}`
  }
  return (step, stack) => {
    if (typeof step.address !== 'string') return null
    // A lock is known by its first byte: its size is the explorer's.
    const size = LOCK.test(step.op) ? 1 : Math.max(1, step.size ?? 1)
    const words = wordsAt(stack, textAt)
    if (typeof step.object === 'string') return memberOf(step, size, words)
    return staticAt(info, BigInt(step.address), size, words) ?? null
  }
}
