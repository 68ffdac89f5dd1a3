// SPDX-License-Identifier: MIT
import { codeAt } from './codes.ts'

/** With which characters a match can begin: a flag for each ASCII code, and the last one for all others. Many share one. */
export type Leads = Uint8Array

const OTHERS = 128
/** The number of flags. */
export const LEADS = OTHERS + 1

/** The flag of a text: that of its first character. */
export const leadOf = (text: string): number => Math.min(codeAt(text, 0), OTHERS)

const none = (): Leads => new Uint8Array(LEADS)
const ANY: Leads = new Uint8Array(LEADS).fill(1)

const add = (into: Leads, more: Leads): void => {
  for (let i = 0; i < LEADS; i += 1) if (more[i] === 1) into[i] = 1
}

const classes = new Map<string, Leads>()

// The regular expression engine itself says which characters a class has.
const ofClass = (source: string): Leads => {
  const before = classes.get(source)
  if (before !== undefined) return before
  const re = new RegExp(`^${source}`, 'u')
  const leads = none()
  for (let code = 0; code < OTHERS; code += 1) if (re.test(String.fromCharCode(code))) leads[code] = 1
  leads[OTHERS] = 1
  classes.set(source, leads)
  return leads
}

const characters: readonly Leads[] = Array.from({ length: LEADS }, (_, code) => {
  const leads = none()
  leads[code] = 1
  return leads
})

const ofCharacter = (char: string): Leads => characters[leadOf(char)]!

/** A part of a pattern: where it can begin, whether it can be empty, and whether it is at the beginning of the text only. */
interface Part {
  readonly leads: Leads
  readonly isEmpty: boolean
  readonly isAnchored: boolean
}

const partOf = (leads: Leads, isEmpty = false): Part => ({ leads, isEmpty, isAnchored: false })
const NOTHING = partOf(none(), true)

/** Reads the source of a pattern from left to right; what it does not know can begin with anything. */
class SourceReader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  alternatives(): Part {
    const leads = none()
    let isEmpty = false
    let isAnchored = true
    do {
      isAnchored &&= this.#sees('^')
      const part = this.#sequence()
      add(leads, part.leads)
      isEmpty ||= part.isEmpty
    } while (this.#take('|'))
    return { leads, isEmpty, isAnchored }
  }

  #sequence(): Part {
    const leads = none()
    let isEmpty = true
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) {
      const part = this.#repeated(this.#atom())
      if (isEmpty) add(leads, part.leads)
      isEmpty &&= part.isEmpty
    }
    return partOf(leads, isEmpty)
  }

  #repeated(part: Part): Part {
    const [quantifier = ''] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at, this.#at + 16)) ?? []
    this.#at += quantifier.length
    return /^(?:[*?]|\{0)/.test(quantifier) ? { ...part, isEmpty: true } : part
  }

  #atom(): Part {
    const char = this.#source.charAt(this.#at)
    if (char === '[') return partOf(ofClass(this.#class()))
    if (char === '(') return this.#group()
    if (char === '\\') return this.#escape()
    this.#at += 1
    if (char === '^') return NOTHING
    // An end can match before anything, an empty text too.
    if (char === '.' || char === '$') return partOf(ANY, char === '$')
    return partOf(ofCharacter(char))
  }

  #class(): string {
    const from = this.#at
    for (this.#at += 1; !this.#sees(']'); this.#at += 1) if (this.#sees('\\')) this.#at += 1
    this.#at += 1
    return this.#source.slice(from, this.#at).replace(/\\([^\w[\]\\^-])/g, '$1')
  }

  #group(): Part {
    const [open = ''] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.#source.slice(this.#at, this.#at + 40)) ?? []
    this.#at += open.length
    const inner = this.alternatives()
    this.#take(')')
    return /[=!]$/.test(open) ? NOTHING : inner
  }

  #escape(): Part {
    const char = this.#source.charAt(this.#at + 1)
    this.#at += 2
    if (/[dwsDWS]/.test(char)) return partOf(ofClass(`\\${char}`))
    if (char === 'b' || char === 'B') return NOTHING
    if (/\w/.test(char)) return partOf(ANY, true)
    return partOf(ofCharacter(char))
  }

  #sees(char: string): boolean {
    return this.#source.charAt(this.#at) === char
  }

  #take(char: string): boolean {
    if (!this.#sees(char)) return false
    this.#at += 1
    return true
  }
}

/** How texts can begin that this pattern matches. */
export const leadsOf = ({ source, flags }: RegExp): Leads => {
  const { leads, isEmpty, isAnchored } = new SourceReader(source).alternatives()
  return isEmpty || !isAnchored || flags !== '' ? ANY : leads
}
