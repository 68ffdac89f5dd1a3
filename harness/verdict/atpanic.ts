// SPDX-License-Identifier: MIT

/** A hold point that was armed when the kernel panicked, by numbers; -1 is no second point. */
export interface ArmedAtPanic {
  readonly point: number
  readonly until: number
  readonly us: number
  /** Since the boot. */
  readonly counts: { readonly reached: number; readonly held: number; readonly met: number; readonly timedOut: number }
}

// The panic notifier of zsharness_hold prints them: the records of a dying guest end up to a second before.
const LAST_COUNT = /\bzsharness_hold: (\d+) hits in (\d+) windows$/
const ARMED =
  /\bzsharness_hold: point (\d+) until (-?\d+) for (\d+) us: (\d+) reached, (\d+) held, (\d+) met, (\d+) timed out$/

const matches = (lines: readonly string[], pattern: RegExp): readonly (readonly number[])[] =>
  lines.flatMap((line) => {
    const found = pattern.exec(line.trimEnd())
    return found ? [found.slice(1).map(Number)] : []
  })

/** Hits of all hold points since the boot, as the dying kernel printed them last. */
export const lastHits = (lines: readonly string[]): number | undefined => matches(lines, LAST_COUNT).at(-1)?.[0]

const LAST_HELD = /\bzsharness_hold: last held at point (\d+), (\d+) us ago$/

/** The point of the hold that lasted when the kernel died, or was the last one before. */
export const lastHeld = (lines: readonly string[]): number | undefined => matches(lines, LAST_HELD).at(-1)?.[0]

/** What was armed, as the dying kernel printed it. */
export const armedAtPanic = (lines: readonly string[]): readonly ArmedAtPanic[] =>
  matches(lines, ARMED).map(([point, until, us, reached, held, met, timedOut]) => ({
    point: point!,
    until: until!,
    us: us!,
    counts: { reached: reached!, held: held!, met: met!, timedOut: timedOut! },
  }))
