// SPDX-License-Identifier: MIT
import type { Wanted } from './fragment.ts'

/** An option that olddefconfig did not keep as asked. */
export interface NotStuck {
  readonly wanted: Wanted
  /** What `.config` has now: a value, or `n`. */
  readonly became: string
}

/** Compares every wanted line with `.config`; `=m` for `=y` is a failure too. */
export const notStuck = (wanted: readonly Wanted[], config: ReadonlyMap<string, string>): readonly NotStuck[] =>
  wanted
    .filter(({ when }) => when === undefined || when.some((name) => config.has(name)))
    .map((option) => ({ wanted: option, became: config.get(option.name) ?? 'n' }))
    .filter(({ wanted: { value }, became }) => value !== became)

/** The sentence for one option that did not stick; `why` comes from the Kconfig files. */
export const describeNotStuck = ({ wanted, became }: NotStuck, why: string): string =>
  `${wanted.file}:${wanted.line}: ${wanted.name}=${wanted.value} did not stick, it became ${became}: ${why}`
