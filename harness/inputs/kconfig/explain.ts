// SPDX-License-Identifier: MIT
import { parseExpr, unmet } from './expr.ts'

/** One `config NAME` block: the conditions around and in it, and whether it has a prompt. */
export interface Definition {
  readonly conditions: readonly string[]
  /** Conditions of the prompt: `bool "Text" if EXPR`. */
  readonly prompts: readonly string[]
  readonly hasPrompt: boolean
}

const unfold = (text: string): string[] => text.replace(/\\\n\s*/g, ' ').split('\n')
const OPENS = /^(menu|if|choice)\b\s*(.*)/
const CLOSES = /^end(menu|if|choice)\b/
const STARTS = /^\s*(config|menuconfig)\s+(\w+)/
const OTHER = /^(comment|source)\b/
const DEPENDS = /^\s+(?:depends on|visible if)\s+(\S.*)/
const PROMPT = /^\s+(?:bool|tristate|int|hex|string|prompt)\s+"[^"]*"(?:\s+if\s+(\S.*))?$/

interface Found {
  conditions: string[]
  prompts: string[]
  hasPrompt: boolean
}

/** Reads a Kconfig file line by line and keeps track of the `if` and `menu` blocks around the line. */
class Walker {
  readonly found: Found[] = []
  readonly #name: string
  readonly #blocks: string[][] = []
  #current: Found | undefined
  #inEntry = false

  constructor(name: string) {
    this.#name = name
  }

  line(line: string): void {
    const opens = OPENS.exec(line)
    const starts = STARTS.exec(line)
    if (starts) this.#start(starts[2]!)
    else if (opens || CLOSES.test(line) || OTHER.test(line)) this.#block(opens, CLOSES.test(line))
    else this.#attribute(line)
  }

  #start(name: string): void {
    this.#inEntry = true
    this.#current = undefined
    if (name !== this.#name) return
    this.#current = { conditions: this.#blocks.flat(), prompts: [], hasPrompt: false }
    this.found.push(this.#current)
  }

  #block(opens: RegExpExecArray | null, closes: boolean): void {
    this.#inEntry = false
    this.#current = undefined
    if (closes) this.#blocks.pop()
    if (opens) this.#blocks.push(opens[1] === 'if' ? [opens[2]!] : [])
  }

  #attribute(line: string): void {
    const depends = DEPENDS.exec(line)
    const target = this.#inEntry ? this.#current?.conditions : this.#blocks.at(-1)
    if (depends) target?.push(depends[1]!)
    const prompt = PROMPT.exec(line)
    if (!prompt || !this.#current) return
    this.#current.hasPrompt = true
    if (prompt[1]) this.#current.prompts.push(prompt[1])
  }
}

// No line of a Kconfig file is longer.
const MAX_LINE = 1_000

/** Every definition of `name` in one Kconfig file's text, with the `if` and `menu` conditions around each. */
export const findDefinitions = (text: string, name: string): readonly Definition[] => {
  const walker = new Walker(name)
  for (const line of unfold(text)) walker.line(line.slice(0, MAX_LINE).replace(/\s#.*/, '').trimEnd())
  return walker.found
}

/** Why an option did not stick, as one phrase: its unmet dependencies, or another reason. */
export const explain = (
  definitions: readonly Definition[],
  values: ReadonlyMap<string, string>,
  wantedOn: boolean,
): string => {
  if (definitions.length === 0) return 'this kernel has no such option'
  if (!wantedOn) return 'another option selects it, or it has a default that cannot be turned off here'
  const missing = definitions.map(({ conditions, prompts }) =>
    [...conditions, ...prompts].flatMap((text) => {
      const expr = parseExpr(text)
      return expr ? unmet(expr, values) : []
    }),
  )
  const shortest = missing.sort((a, b) => a.length - b.length)[0] ?? []
  if (shortest.length > 0) return `it needs ${shortest.join(' and ')}`
  if (!definitions.some((definition) => definition.hasPrompt))
    return 'it has no prompt: only another option can select it'
  return 'its value is out of the range or choice that Kconfig allows'
}
