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

/** The items for each first character, whose patterns can match then; equal lists are one. */
const tableOf = <Item>(items: readonly Item[], patternOf: (item: Item) => RegExp): readonly (readonly Item[])[] => {
  const table: number[][] = Array.from({ length: LEADS }, () => [])
  for (const [index, item] of items.entries()) {
    const leads = leadsOf(patternOf(item))
    for (let code = 0; code < LEADS; code += 1) if (leads[code] === 1) table[code]!.push(index)
  }
  const lists = new Map<string, readonly Item[]>()
  return table.map((indices) => {
    const key = indices.join()
    const list = lists.get(key) ?? indices.map((index) => items[index]!)
    lists.set(key, list)
    return list
  })
}

/** Chooses by its first character which of these anchored patterns can match a text; their order stays. */
export const byLead = <Item>(
  items: readonly Item[],
  patternOf: (item: Item) => RegExp,
): ((text: string) => readonly Item[]) => {
  const table = tableOf(items, patternOf)
  let ofEmpty: readonly Item[] | undefined
  return (text) => {
    if (text !== '') return table[leadOf(text)]!
    ofEmpty ??= items.filter((item) => patternOf(item).test(''))
    return ofEmpty
  }
}

/** The test of a pattern, which is only executed where the first character fits. */
export const leading = (re: RegExp): ((text: string) => boolean) => {
  const leads = leadsOf(re)
  return (text) => leads[leadOf(text)] === 1 && re.test(text)
}

/** The test of a pattern whose every match holds one of these words: quick where a text has none. */
export const holding = (words: readonly string[], re: RegExp): ((text: string) => boolean) => {
  const hasWord = (text: string): boolean => {
    for (const word of words) if (text.includes(word)) return true
    return false
  }
  return (text) => hasWord(text) && re.test(text)
}

/** A part of a pattern that is never executed alone. */
type Sourced = Pick<RegExp, 'source'>

/** A test for texts that begin with one of these. */
export const beginsWith = (patterns: readonly Sourced[]): Tester => {
  const anchored = patterns.map(({ source }) => new RegExp(`^(?:${source})`))
  const composed = new Map<readonly RegExp[], RegExp | undefined>()
  const ofLead = tableOf(anchored, (re) => re).map((pick) => {
    if (!composed.has(pick))
      composed.set(pick, pick.length === 0 ? undefined : new RegExp(pick.map(({ source }) => source).join('|')))
    return composed.get(pick)
  })
  const ofEmpty = anchored[0] === undefined ? undefined : new RegExp(anyOf(anchored))
  return { test: (text) => (text === '' ? ofEmpty : ofLead[leadOf(text)])?.test(text) ?? false }
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

/** The same function, which keeps its latest answers: the reports of a kernel name the same functions again and again. */
export const remembered = <Answer extends string | boolean>(
  ask: (name: string) => Answer,
): ((name: string) => Answer) => {
  const known = new Map<string, Answer>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (known.size >= MOST_NAMES) known.clear()
    const found = ask(name)
    // A copy: the name may be a part of a long text, which would be kept for it.
    known.set(Buffer.from(name, 'utf16le').toString('utf16le'), found)
    return found
  }
}

/** A test whether a name is in one of the lists. */
export const namesIn = (...lists: readonly FunctionNames[]): ((name: string) => boolean) => {
  const entries = lists.flat()
  const whole = new Set(entries.filter((entry) => typeof entry === 'string'))
  const groups = entries.filter((entry) => typeof entry !== 'string')
  const open = beginsWith(groups.filter(({ source }) => WORDS_ONLY.test(source)).map(beginning))
  const closed = beginsWith(groups.filter(({ source }) => !WORDS_ONLY.test(source)).map(ends))
  const isIn = (name: string): boolean => whole.has(name) || (WORD.test(name) && open.test(name)) || closed.test(name)
  return remembered(isIn)
}
