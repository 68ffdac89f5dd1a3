// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'
import type { Case } from './plan.ts'

export interface Selection {
  readonly only?: readonly string[] | undefined
  readonly canaries?: boolean | undefined
  readonly mutants?: boolean | undefined
}

/** `*` stands for any text and `?` for one character; all else for itself. */
const globToRegExp = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )

/** The cases asked for; the correct patch goes along unless `only` names others. */
export const selectCases = (cases: readonly Case[], { only, canaries, mutants }: Selection): readonly Case[] => {
  const types = canaries === mutants ? ['control', 'canary', 'mutant'] : ['control', canaries ? 'canary' : 'mutant']
  const patterns = only?.map(globToRegExp)
  const chosen = cases.filter(
    ({ name, type }) => types.includes(type) && (patterns === undefined || patterns.some((one) => one.test(name))),
  )
  if (chosen.length === 0)
    throw new UsageError(
      `no case of the self-test is named ${only?.join(' or ') ?? 'so'}`,
      `the cases are ${cases.map(({ name }) => name).join(', ')}`,
    )
  return chosen
}

/** Named on purpose, an equivalent version is booted too: it must not be caught. */
export const mustRun = (one: Case, { only }: Selection): boolean => one.equivalent === null || only !== undefined
