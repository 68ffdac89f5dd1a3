// SPDX-License-Identifier: MIT
import { makeLineSource } from '../lines/source.ts'
import { makeWordFinder } from '../lines/words.ts'
import type { Splat } from '../model.ts'
import { Engine, triggers } from './engine.ts'
import type { ReadOptions, SplatReader } from './options.ts'

const find = makeWordFinder(triggers)

const holdsWord = (text: string): boolean => {
  const bytes = Buffer.from(text)
  return find(bytes, 0, bytes.length) >= 0
}

/** Reads a console log of any length, chunk by chunk, in constant memory. */
export const createSplatReader = (options: ReadOptions = {}): SplatReader => {
  const engine = new Engine(options)
  const source = makeLineSource(engine, find)
  // The first half of a surrogate pair that was torn between two strings: it must be whole before it is encoded.
  let half = ''
  let ended: readonly Splat[] | undefined
  let lines = 0
  const push = (chunk: Uint8Array | string): void => {
    if (typeof chunk !== 'string') {
      source.push(chunk)
      return
    }
    const text = half + chunk
    half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    source.push(half === '' ? text : text.slice(0, -1))
  }
  const end = (): readonly Splat[] => {
    if (ended !== undefined) return ended
    if (half !== '') source.push(half)
    lines = source.end()
    engine.finish()
    ended = engine.collector.finish()
    return ended
  }
  return {
    push,
    line: (text, number, origin) => {
      const hasWord = holdsWord(text)
      if (hasWord || !engine.idle) engine.line(text, number, hasWord, false, false, origin)
    },
    settle: () => engine.settle(),
    end,
    get stats() {
      return { lines, dropped: engine.collector.dropped }
    },
  }
}
