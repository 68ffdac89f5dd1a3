// SPDX-License-Identifier: MIT
import { headWords } from '../families.ts'
import { makeLineSource } from '../lines/source.ts'
import { makeWordFinder } from '../lines/words.ts'
import type { Splat } from '../model.ts'
import { BOOT_WORDS } from './boot.ts'
import { Engine } from './engine.ts'
import type { ReadOptions, SplatReader } from './options.ts'

const find = makeWordFinder([...headWords, ...BOOT_WORDS, '[ cut here ]'])

/** Reads a console log of any length, chunk by chunk, in constant memory. */
export const createSplatReader = (options: ReadOptions = {}): SplatReader => {
  const engine = new Engine(options)
  const source = makeLineSource(engine, find)
  let held = ''
  let ended: readonly Splat[] | null = null
  let lines = 0
  const push = (chunk: Uint8Array | string): void => {
    if (typeof chunk !== 'string') {
      source.push(chunk)
      return
    }
    // A surrogate pair torn between two strings must be put together before it is encoded.
    const text = held + chunk
    held = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    source.push(held === '' ? text : text.slice(0, -1))
  }
  const end = (): readonly Splat[] => {
    if (ended !== null) return ended
    if (held !== '') source.push(held)
    lines = source.end()
    engine.finish()
    ended = engine.collector.finish()
    return ended
  }
  return {
    push,
    end,
    get stats() {
      return { lines, dropped: engine.collector.dropped }
    },
  }
}

/** Reads a whole log at once. */
export const readSplats = (input: Uint8Array | string, options: ReadOptions = {}): readonly Splat[] => {
  const reader = createSplatReader(options)
  reader.push(input)
  return reader.end()
}
