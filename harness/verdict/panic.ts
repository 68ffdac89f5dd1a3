// SPDX-License-Identifier: MIT

/** What the module printed of an armed point when the kernel panicked; the counts are those since its load. */
export interface PanicPoint {
  readonly point: number
  readonly until: number
  readonly us: number
  readonly reached: number
  readonly held: number
  readonly met: number
  readonly timedOut: number
}

// The line is the console's own: it ends with counts.
const ARMED =
  /\bzsharness_hold: point (\d+) until (-?\d+) for (\d+) us: (\d+) reached, (\d+) held, (\d+) met, (\d+) timed out$/

/** The armed points of a kernel that panicked, by the last lines of its console. */
export const pointsAtPanic = (lines: readonly string[]): readonly PanicPoint[] =>
  lines.flatMap((line) => {
    const match = ARMED.exec(line.trimEnd())
    if (!match) return []
    const [point, until, us, reached, held, met, timedOut] = match.slice(1).map(Number) as [
      ...[number, number, number, number, number, number, number],
    ]
    return [{ point, until, us, reached, held, met, timedOut }]
  })
