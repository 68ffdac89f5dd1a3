// SPDX-License-Identifier: MIT
import type { ReadOptions } from '../engine/options.ts'
import { createSplatReader } from '../engine/reader.ts'
import type { Splat } from '../model.ts'
import { formatOf } from './formats.ts'
import type { Input, InputEnd } from './input.ts'

/** What a whole log had. */
export interface LogEnd {
  readonly splats: readonly Splat[]
  readonly lines: number
  /** Reports beyond the number that is kept. */
  readonly dropped: number
  readonly format: string
  readonly unread: InputEnd['unread']
}

/** Reads one log in any of the input formats, chunk by chunk. */
export interface LogReader {
  push(chunk: Uint8Array): void
  settle(): void
  end(): LogEnd
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

const withoutBom = (bytes: Buffer): Buffer => (bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes)

/** A reader that finds the format of the log by its first lines. */
export const createLogReader = (options: ReadOptions = {}): LogReader => {
  const reader = createSplatReader(options)
  let input: { readonly name: string; readonly to: Input } | undefined
  let head = Buffer.alloc(0)

  const choose = (isAll: boolean) => {
    const format = formatOf(head, isAll)
    if (format === undefined) return undefined
    input = { name: format.name, to: format.open(reader) }
    input.to.push(withoutBom(head))
    head = Buffer.alloc(0)
    return input
  }
  return {
    push(chunk) {
      if (input !== undefined) return input.to.push(chunk)
      head = Buffer.concat([head, chunk])
      choose(false)
    },
    settle: () => reader.settle(),
    end() {
      const { name, to } = input ?? choose(true)!
      const { lines, unread } = to.end()
      const splats = reader.end()
      return { splats, lines: lines ?? reader.stats.lines, dropped: reader.stats.dropped, format: name, unread }
    },
  }
}
