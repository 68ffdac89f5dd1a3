// SPDX-License-Identifier: MIT
import type { Format } from './format.ts'
import { githubRenderer } from './github.ts'
import { jsonlRenderer } from './jsonl.ts'
import { plainRenderer } from './plain.ts'
import type { Clock, Output, Renderer } from './renderer.ts'
import { ttyRenderer } from './tty/index.ts'

export { chooseFormat, type Format, formats } from './format.ts'
export type { Output, Renderer } from './renderer.ts'

const MAKERS: Readonly<Record<Format, (out: Output, clock: Clock) => Renderer>> = {
  tty: ttyRenderer,
  plain: plainRenderer,
  jsonl: jsonlRenderer,
  github: githubRenderer,
}

/** What tells a run in this format. */
export const makeRenderer = (format: Format, out: Output): Renderer => MAKERS[format](out, () => performance.now())
