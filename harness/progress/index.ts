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

/** The renderer of this format. */
export const makeRenderer = (format: Format, out: Output): Renderer => {
  return MAKERS[format](out, () => performance.now())
}
