// SPDX-License-Identifier: MIT

import { cleanLine } from '../lib/text/clean.ts'
import { clock } from '../lib/text/time.ts'
import type { Event, Step } from '../model/events.ts'
import type { Clock } from './renderer.ts'
import { describeProgress, describeStep, endOf } from './words.ts'

const PROGRESS_EVERY_MS = 10_000

const stepKey = (scope: string, step: Step): string => `${step} ${scope}`

const describePlan = ({ cells, added }: Extract<Event, { type: 'plan' }>): string => {
  const shown = added ?? cells
  const noun = shown.length === 1 ? 'cell' : 'cells'
  return `${shown.length} ${added === undefined ? noun : `more ${noun}, as the proof needs`}: ${shown.map(cleanLine).join(', ')}`
}

/** Events as lines with the time since the run started; progress at most every ten seconds for each scope. */
export class LineWriter {
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #stepStarts = new Map<string, number>()
  readonly #shownAt = new Map<string, number>()

  constructor(clockOf: Clock) {
    this.#clock = clockOf
    this.#startedAt = clockOf()
  }

  /** The line of this event; undefined for progress that comes too soon after the last. */
  line(event: Event): string | undefined {
    const text = this.#text(event)
    if (text === undefined) return undefined
    const scope = 'scope' in event && event.scope !== '' ? `${cleanLine(event.scope)}: ` : ''
    return `[${clock(this.#clock() - this.#startedAt).padStart(7)}] ${scope}${text}`
  }

  #text(event: Event): string | undefined {
    switch (event.type) {
      case 'plan':
        return describePlan(event)
      case 'step':
        return this.#step(event)
      case 'progress':
        return this.#progress(event)
      case 'note':
        return `${event.level === 'warning' ? 'warning: ' : ''}${cleanLine(event.text)}`
      case 'cell':
        return `${event.verdict.toUpperCase()}: ${cleanLine(event.text)}`
      case 'run':
        return [
          `run ${event.verdict.toUpperCase()} (exit ${event.exitCode}): ${cleanLine(event.text)}`,
          ...endOf(event).map(([name, text]) => `${' '.repeat(10)}${name}: ${cleanLine(text)}`),
        ].join('\n')
      default:
        return event satisfies never
    }
  }

  #step(event: Extract<Event, { type: 'step' }>): string {
    const key = stepKey(event.scope, event.step)
    const now = this.#clock()
    if (event.state === 'start') {
      this.#stepStarts.set(key, now)
      this.#shownAt.set(event.scope, now)
    }
    const started = this.#stepStarts.get(key)
    return describeStep(event, started === undefined ? undefined : now - started)
  }

  #progress(event: Extract<Event, { type: 'progress' }>): string | undefined {
    const now = this.#clock()
    const last = this.#shownAt.get(event.scope)
    if (last !== undefined && now - last < PROGRESS_EVERY_MS) return undefined
    this.#shownAt.set(event.scope, now)
    return describeProgress(event)
  }
}
