// SPDX-License-Identifier: MIT
import type { Wanted } from './fragment.ts'

/** A wanted option that has another value in `.config`. */
export interface NotStuck {
  readonly wanted: Wanted
  /** Its value in `.config`, or `n`. */
  readonly became: string
}

/** The wanted options that have another value in `.config`; `=m` for `=y` counts too. */
export const notStuck = (wanted: readonly Wanted[], config: ReadonlyMap<string, string>): readonly NotStuck[] =>
  wanted
    .filter(({ when }) => when === undefined || when.some((name) => config.has(name)))
    .filter(({ or = [] }) => !or.some((name) => config.get(name) === 'y'))
    .map((option) => ({ wanted: option, became: config.get(option.name) ?? 'n' }))
    .filter(({ wanted: { value }, became }) => value !== became)

/** The message for one option that did not stick; `why` comes from the Kconfig files. */
export const describeNotStuck = ({ wanted, became }: NotStuck, why: string): string =>
  `${wanted.file}:${wanted.line}: ${wanted.name}=${wanted.value} did not stick, it became ${became}: ${why}${(wanted.or ?? []).map((name) => `; ${name} is off too`).join('')}`
