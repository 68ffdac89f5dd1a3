// SPDX-License-Identifier: MIT
import { inertText } from '../lib/text/clean.ts'
import { LineWriter } from './lines.ts'
import type { Clock, Output, Renderer } from './renderer.ts'

/** One line for each event, for pipes and files. */
export const plainRenderer = (out: Output, clock: Clock): Renderer => {
  const writer = new LineWriter(clock)
  return {
    onEvent: (event) => {
      const line = writer.line(event)
      if (line !== undefined) out.write(`${inertText(line)}\n`)
    },
    close: () => {},
  }
}
