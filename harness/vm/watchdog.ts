// SPDX-License-Identifier: MIT
import type { Limits } from './limits.ts'

/**
 * `boot` lasts until the first record, and `last-words` begins with a panic or the `end` record. In `flood` the guest
 * only says again what it has said often enough.
 */
export type Phase = 'boot' | 'lanes' | 'last-words' | 'flood'

/** Why and when the harness stopped waiting for a guest. */
export interface GaveUp {
  /** `host`: the guest reached no limit, but the host did not let it run. */
  readonly why: 'boot-limit' | 'silence' | 'total-limit' | 'last-words-limit' | 'flood' | 'host'
  readonly phase: Phase
  readonly afterS: number
}

/** Decides when to stop waiting for a guest, from times alone. All arguments are milliseconds of one clock. */
export class Watchdog {
  readonly #limits: Limits
  readonly #lanesS: number
  readonly #startMs: number
  #phase: Phase = 'boot'
  #phaseMs: number
  #heardMs: number

  constructor(limits: Limits, lanesS: number, nowMs: number) {
    this.#limits = limits
    this.#lanesS = lanesS
    this.#startMs = nowMs
    this.#phaseMs = nowMs
    this.#heardMs = nowMs
  }

  /** The guest printed or recorded something. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs
  }

  /** The guest is in this phase now; a phase that it is already in keeps its start. */
  enter(phase: Phase, nowMs: number): void {
    if (this.#phase === phase) return
    this.#phase = phase
    this.#phaseMs = nowMs
  }

  /** Stops waiting because of the host. */
  giveUp(nowMs: number): GaveUp {
    return this.#gaveUp('host', (nowMs - this.#startMs) / 1000)
  }

  /** Which limit has passed, or undefined. */
  check(nowMs: number): GaveUp | undefined {
    const inPhaseS = (nowMs - this.#phaseMs) / 1000
    const silentS = (nowMs - this.#heardMs) / 1000
    const gaveUp = (why: GaveUp['why'], afterS: number): GaveUp => this.#gaveUp(why, afterS)
    switch (this.#phase) {
      case 'boot':
        // A slow boot that still prints goes on, but not for ever.
        if (inPhaseS > this.#limits.bootMaxS) return gaveUp('boot-limit', inPhaseS)
        return silentS > this.#limits.bootS ? gaveUp('boot-limit', inPhaseS) : undefined
      case 'last-words':
        return inPhaseS > this.#limits.lastWordsS ? gaveUp('last-words-limit', inPhaseS) : undefined
      case 'flood':
        return gaveUp('flood', (nowMs - this.#startMs) / 1000)
      case 'lanes':
        if (silentS > this.#limits.silenceS) return gaveUp('silence', silentS)
        return inPhaseS > this.#lanesS ? gaveUp('total-limit', (nowMs - this.#startMs) / 1000) : undefined
    }
  }

  #gaveUp(why: GaveUp['why'], afterS: number): GaveUp {
    return { why, phase: this.#phase, afterS: Math.round(afterS) }
  }
}

/** Seconds that all lanes together may take. */
export const lanesLimitS = (lanes: readonly { readonly seconds: number }[], limits: Limits): number =>
  lanes.reduce((sum, { seconds }) => sum + seconds * 2 + limits.laneExtraS, 0)
