// SPDX-License-Identifier: MIT
import type { Clock, Output, Renderer } from './renderer.ts'

/** The events themselves, one JSON object on each line, with the milliseconds since the run started. */
export const jsonlRenderer = (out: Output, clock: Clock): Renderer => {
  const startedAt = clock()
  return {
    onEvent: (event) => out.write(`${JSON.stringify({ elapsedMs: Math.round(clock() - startedAt), ...event })}\n`),
    close: () => {},
  }
}
