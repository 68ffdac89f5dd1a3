// SPDX-License-Identifier: MIT
import type { Context } from '../progress/events.ts'

/** What is known beforehand of a build: objects it will compile. */
export interface Forecast {
  readonly objects: number
}

/** A full build compiles about 1.5 objects for each option set to y (742 for 497, 6.1 x86_64). */
export const forecastFull = (dotConfig: string): Forecast => ({
  objects: Math.round(1.5 * (dotConfig.match(/=y$/gm)?.length ?? 0)),
})

const TELL_EVERY_MS = 500

/** Tells how far the build is and how long it will still take. */
export class BuildProgress {
  readonly #context: Context
  readonly #forecast: Forecast | undefined
  readonly #started = performance.now()
  #toldAt = 0

  constructor(context: Context, forecast: Forecast | undefined) {
    this.#context = context
    this.#forecast = forecast
  }

  count(compiled: number): void {
    const now = performance.now()
    if (now - this.#toldAt < TELL_EVERY_MS) return
    this.#toldAt = now
    this.#tell(compiled, now - this.#started)
  }

  #tell(compiled: number, elapsedMs: number): void {
    const { emit, scope } = this.#context
    const detail = `${compiled} objects`
    if (!this.#forecast) {
      emit({ type: 'progress', scope, step: 'build', fraction: null, detail })
      return
    }
    const fraction = Math.min(0.99, compiled / this.#forecast.objects)
    emit({
      type: 'progress',
      scope,
      step: 'build',
      fraction,
      detail,
      remainingMs: (elapsedMs / fraction) * (1 - fraction),
    })
  }
}
