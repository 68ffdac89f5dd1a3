// SPDX-License-Identifier: MIT
import type { Clock, Output, Renderer } from './renderer.ts'

/** The event stream itself, one JSON object a line, with the milliseconds since the run began. */
export const jsonlRenderer = (out: Output, clock: Clock): Renderer => {
  const startedAt = clock()
  return {
    onEvent: (event) => out.write(`${JSON.stringify({ elapsedMs: Math.round(clock() - startedAt), ...event })}\n`),
    close: () => {},
  }
}
