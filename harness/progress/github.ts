// SPDX-License-Identifier: MIT

import { cleanLine } from '../lib/text/clean.ts'
import type { Event } from '../model/events.ts'
import { toneOf } from '../model/words.ts'
import { LineWriter } from './lines.ts'
import type { Clock, Output, Renderer } from './renderer.ts'

// A clean line has no CR and no LF, which would need escaping too.
const data = (text: string): string => cleanLine(text).replaceAll('%', '%25')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

// The runner executes the old form of its commands anywhere in a line.
const inert = (line: string): string => line.replaceAll('##[', '## [')

type CellEvent = Extract<Event, { type: 'cell' }>

/** The workflow commands that annotate lines with a cell's findings, or give its verdict when it has none. */
const annotations = ({ scope, verdict, text, findings = [], aside }: CellEvent): readonly string[] => {
  if (aside) return []
  const shown = findings.map(({ kind, title, file, line, known }) => {
    const where = file === null ? '' : `file=${property(file)},${line === null ? '' : `line=${line},`}`
    return `::${known ? 'notice' : 'error'} ${where}title=${property(`${kind} (${scope})`)}::${data(title)}`
  })
  if (shown.length > 0 || toneOf(verdict) === 'good') return shown
  return [
    `::${toneOf(verdict) === 'unsure' ? 'warning' : 'error'} title=${property(`${verdict} (${scope})`)}::${data(text)}`,
  ]
}

interface Held {
  readonly lines: string[]
  /** Written after the group, so that it shows while the group is folded. */
  readonly after: string[]
  done: boolean
}

/**
 * Plain lines in one foldable group for each scope. Cells run at once, but groups cannot overlap: the oldest scope is
 * written as it runs, the others when it has finished.
 */
class Groups {
  readonly #out: Output
  readonly #held = new Map<string, Held>()
  #open: string | undefined

  constructor(out: Output) {
    this.#out = out
  }

  add(scope: string, line: string): void {
    const held = this.#of(scope)
    held.done = false
    if (this.#open === undefined) this.#begin(scope)
    if (this.#open === scope) this.#write(line)
    else held.lines.push(line)
  }

  end(scope: string, after: readonly string[]): void {
    const held = this.#of(scope)
    held.done = true
    held.after.push(...after)
    if (this.#open === undefined) this.#begin(scope)
    if (this.#open === scope) this.#next()
  }

  /** Moves on to another scope when this one, which gets no verdict, has finished a step. */
  yield(scope: string): void {
    if (this.#open === scope && this.#held.size > 1) this.#next()
  }

  flush(): void {
    while (this.#open !== undefined) {
      this.#close()
      const [scope] = this.#held.keys()
      if (scope !== undefined) this.#begin(scope)
    }
  }

  #of(scope: string): Held {
    const held = this.#held.get(scope) ?? { lines: [], after: [], done: false }
    this.#held.set(scope, held)
    return held
  }

  #next(): void {
    this.#close()
    for (const [scope, { done }] of [...this.#held]) {
      this.#begin(scope)
      if (!done) return
      this.#close()
    }
  }

  #begin(scope: string): void {
    this.#open = scope
    this.#write(`::group::${data(scope === '' ? 'run' : scope)}`)
    for (const line of this.#of(scope).lines.splice(0)) this.#write(line)
  }

  #close(): void {
    if (this.#open === undefined) return
    this.#write('::endgroup::')
    for (const line of this.#of(this.#open).after) this.#write(line)
    this.#held.delete(this.#open)
    this.#open = undefined
  }

  #write(line: string): void {
    this.#out.write(`${line}\n`)
  }
}

/** Plain lines for GitHub's log: folded by scope, with findings as annotations. */
export const githubRenderer = (out: Output, clock: Clock): Renderer => {
  const writer = new LineWriter(clock)
  const groups = new Groups(out)
  const cells = new Set<string>()
  return {
    onEvent: (event) => {
      const line = writer.line(event)
      if (line === undefined) return
      const safe = inert(line)
      if (event.type === 'plan') for (const cell of event.cells) cells.add(cell)
      if (event.type === 'cell') groups.end(event.scope, [safe, ...annotations(event).map(inert)])
      else if ('scope' in event) groups.add(event.scope, safe)
      else {
        groups.flush()
        out.write(`${safe}\n`)
      }
      if (event.type === 'step' && event.state !== 'start' && !cells.has(event.scope)) groups.yield(event.scope)
    },
    close: () => groups.flush(),
  }
}
