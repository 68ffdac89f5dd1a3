// SPDX-License-Identifier: MIT
import { LEADS, leadOf, leadsOf } from './leads.ts'

/** Names of functions: a whole name as a string, a group of names as a pattern. */
export type FunctionNames = readonly (string | RegExp)[]

/** What tests a text, as a regular expression does. */
export interface Tester {
  test(text: string): boolean
}

/** The source of a pattern that matches what any of these matches. */
export const anyOf = (patterns: readonly RegExp[]): string => `(?:${patterns.map(({ source }) => source).join('|')})`

/** Chooses by its first character which of these anchored patterns can match a text; their order stays. */
export const byLead = <Item>(
  items: readonly Item[],
  patternOf: (item: Item) => RegExp,
): ((text: string) => readonly Item[]) => {
  const leads = items.map((item) => leadsOf(patternOf(item)))
  const table = Array.from({ length: LEADS }, (_, code) => items.filter((_, index) => leads[index]?.[code] === 1))
  const ofEmpty = items.filter((item) => patternOf(item).test(''))
  return (text) => (text === '' ? ofEmpty : table[leadOf(text)]!)
}

/** A part of a pattern that is never executed alone. */
type Sourced = Pick<RegExp, 'source'>

/** A test for texts that begin with one of these. */
export const beginsWith = (patterns: readonly Sourced[]): Tester => {
  const anchored = patterns.map(({ source }) => new RegExp(`^(?:${source})`))
  const candidates = byLead(anchored, (re) => re)
  const composed = new Map<readonly RegExp[], RegExp | undefined>()
  for (const pick of Array.from({ length: LEADS }, (_, code) => candidates(String.fromCharCode(code))))
    composed.set(pick, pick.length === 0 ? undefined : new RegExp(pick.map(({ source }) => source).join('|')))
  composed.set(candidates(''), anchored[0] === undefined ? undefined : new RegExp(anyOf(anchored)))
  return { test: (text) => composed.get(candidates(text))?.test(text) ?? false }
}

const WORD = /^\w+$/
const MOST_NAMES = 8192
// Nothing but letters, digits and underscores can be in a match of such a pattern.
const WORDS_ONLY = /^(?:\w|\\[wd]|\(\?:|[()|*+?]|\[\w+\])*\\w[*+]$/

const ends = ({ source }: Sourced): Sourced => ({ source: `(?:${source})$` })
// Up to the last `\w*` or `\w+`: for a name that is a word the rest matches, and to try it anew would take the square of its length.
const beginning = ({ source }: RegExp): Sourced => ({
  source: source.endsWith('*') ? source.slice(0, -3) : source.slice(0, -1),
})

/** A test whether a name is in one of the lists. */
export const namesIn = (...lists: readonly FunctionNames[]): ((name: string) => boolean) => {
  const entries = lists.flat()
  const whole = new Set(entries.filter((entry) => typeof entry === 'string'))
  const groups = entries.filter((entry) => typeof entry !== 'string')
  const open = beginsWith(groups.filter(({ source }) => WORDS_ONLY.test(source)).map(beginning))
  const closed = beginsWith(groups.filter(({ source }) => !WORDS_ONLY.test(source)).map(ends))
  const isIn = (name: string): boolean => whole.has(name) || (WORD.test(name) && open.test(name)) || closed.test(name)
  // The reports of a kernel name the same functions again and again.
  const known = new Map<string, boolean>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (known.size >= MOST_NAMES) known.clear()
    const found = isIn(name)
    known.set(name, found)
    return found
  }
}
