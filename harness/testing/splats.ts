// SPDX-License-Identifier: MIT
import type { ReadOptions } from '../splat/engine/options.ts'
import { createSplatReader, type Splat } from '../splat/index.ts'

/** Reads a whole log at once. */
export const readSplats = (input: Uint8Array | string, options: ReadOptions = {}): readonly Splat[] => {
  const reader = createSplatReader(options)
  reader.push(input)
  return reader.end()
}
