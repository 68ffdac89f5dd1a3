// SPDX-License-Identifier: MIT
import { closest } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import type { Case } from '../../selftest/plan.ts'

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

const nearest = (asked: readonly string[], cases: readonly Case[]): string => {
  const names = cases.map(({ name }) => name)
  const near = asked.flatMap((one) => closest(one.replace(/[*?]/g, ''), names) ?? [])
  return near.length === 0 ? '' : `did you mean ${[...new Set(near)].join(' or ')}? `
}

/** The selected cases of the set in `where`; the correct code is always among them, unless `only` selects by name. */
export const selectCases = (
  cases: readonly Case[],
  { only, canaries, mutants }: Selection,
  where: string,
): readonly Case[] => {
  const types = canaries === mutants ? ['control', 'canary', 'mutant'] : ['control', canaries ? 'canary' : 'mutant']
  const patterns = only?.map(globToRegExp)
  const chosen = cases.filter(
    ({ name, type }) => types.includes(type) && (patterns === undefined || patterns.some((one) => one.test(name))),
  )
  if (chosen.length === 0)
    throw new UsageError(
      `no case of the self-test matches ${only?.join(' or ') ?? 'the flags'}`,
      `${nearest(only ?? [], cases)}the cases are in ${where}`,
    )
  return chosen
}

/** True when a case is booted: an equivalent version only if `only` names it; it must then pass. */
export const mustRun = (one: Case, { only }: Selection): boolean => one.equivalent === null || only !== undefined
