// SPDX-License-Identifier: MIT
import type { Format } from './format.ts'
import { githubRenderer } from './github.ts'
import { jsonlRenderer } from './jsonl.ts'
import { plainRenderer } from './plain.ts'
import type { Clock, Output, Renderer } from './renderer.ts'
import { ttyRenderer } from './tty/index.ts'

const MAKERS: Readonly<Record<Format, (out: Output, clock: Clock) => Renderer>> = {
  tty: ttyRenderer,
  plain: plainRenderer,
  jsonl: jsonlRenderer,
  github: githubRenderer,
}

interface Emitter {
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** The renderer of this format. */
export const makeRenderer = (format: Format, out: Output & Emitter): Renderer => {
  // A reader that closes the pipe, as `| head` does, must not end the run: its results are in files.
  out.on?.('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  return MAKERS[format](out, () => performance.now())
}
