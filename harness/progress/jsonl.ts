// SPDX-License-Identifier: MIT
import { inertJson } from '../lib/text/clean.ts'
import type { Clock, Output, Renderer } from './renderer.ts'

/** The events themselves, one JSON object on each line, with the milliseconds since the run started. */
export const jsonlRenderer = (out: Output, clock: Clock): Renderer => {
  const startedAt = clock()
  return {
    onEvent: (event) => out.write(`${inertJson({ elapsedMs: Math.round(clock() - startedAt), ...event })}\n`),
    close: () => {},
  }
}
