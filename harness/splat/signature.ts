// SPDX-License-Identifier: MIT
import type { Splat } from './model.ts'
import { namesOf } from './parse/frames.ts'
import { plainName } from './parse/title.ts'

/** What the crash of a known bug looks like. */
export interface Signature {
  readonly families: readonly string[]
  /** Functions of the stack, innermost first, with any others between them. */
  readonly stack: readonly string[]
  readonly workqueue?: string | undefined
}

/** True when the splat has the signature. */
export const matchesSignature = (splat: Splat, signature: Signature): boolean => {
  if (!signature.families.includes(splat.family)) return false
  if (signature.workqueue !== undefined && splat.workqueue?.includes(signature.workqueue) !== true) return false
  const names = splat.frames.flatMap(namesOf)
  let at = 0
  for (const wanted of signature.stack) {
    at = names.indexOf(plainName(wanted), at) + 1
    if (at === 0) return false
  }
  return true
}

/** The names on the stack of a splat from the function that it blames on, innermost first. */
export const stackOf = ({ frames, function: guilty }: Splat): readonly string[] => {
  const reliable = frames.filter(({ unreliable }) => !unreliable)
  const names = (reliable.length > 0 ? reliable : frames).flatMap(namesOf)
  const from = guilty === null ? -1 : names.indexOf(guilty)
  return names.slice(Math.max(0, from))
}
