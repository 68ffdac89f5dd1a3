// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { Case } from './plan.ts'

/** The flags that select cases. */
export interface Selection {
  readonly only?: readonly string[] | undefined
  readonly canaries?: boolean | undefined
  readonly mutants?: boolean | undefined
}

/** `*` matches any text and `?` one character. */
const globToRegExp = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )

/** The selected cases; the correct patch is always among them, unless `only` selects by name. */
export const selectCases = (cases: readonly Case[], { only, canaries, mutants }: Selection): readonly Case[] => {
  const types = canaries === mutants ? ['control', 'canary', 'mutant'] : ['control', canaries ? 'canary' : 'mutant']
  const patterns = only?.map(globToRegExp)
  const chosen = cases.filter(
    ({ name, type }) => types.includes(type) && (patterns === undefined || patterns.some((one) => one.test(name))),
  )
  if (chosen.length === 0)
    throw new UsageError(
      `no case of the self-test matches ${only?.join(' or ') ?? 'the flags'}`,
      `the cases are ${cases.map(({ name }) => name).join(', ')}`,
    )
  return chosen
}

/** True when a case is booted: an equivalent version only if `only` names it; it must then pass. */
export const mustRun = (one: Case, { only }: Selection): boolean => one.equivalent === null || only !== undefined
