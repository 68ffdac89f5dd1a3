// SPDX-License-Identifier: MIT

/** Names of functions: a whole name as a string, a group of names as a pattern. */
export type FunctionNames = readonly (string | RegExp)[]

/** The source of a pattern that matches what any of these matches. */
export const anyOf = (patterns: readonly RegExp[]): string => `(?:${patterns.map(({ source }) => source).join('|')})`

/** A pattern for texts that begin with one of these. */
export const beginsWith = (patterns: readonly RegExp[]): RegExp => new RegExp(`^${anyOf(patterns)}`)

/** A test whether a name is in one of the lists. */
export const namesIn = (...lists: readonly FunctionNames[]): ((name: string) => boolean) => {
  const entries = lists.flat()
  const whole = new Set(entries.filter((entry) => typeof entry === 'string'))
  const pattern = new RegExp(`^${anyOf(entries.filter((entry) => typeof entry !== 'string'))}$`)
  return (name) => whole.has(name) || pattern.test(name)
}
