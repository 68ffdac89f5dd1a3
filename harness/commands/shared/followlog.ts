// SPDX-License-Identifier: MIT
import { unpacked } from '../../lib/compress/index.ts'
import { RESTART, tailFile } from '../../lib/files/tail.ts'
import { UsageError } from '../../model/errors.ts'
import type { createLogReader, Splat } from '../../splat/index.ts'
import type { ReadFile } from '../../splat/show.ts'

type LogReader = ReturnType<typeof createLogReader>

/** A machine that prints nothing for so long has printed the whole report. */
const SETTLE_MS = 5_000
const NEWLINE = 10

export interface FollowOptions {
  readonly signal: AbortSignal
  readonly note: (text: string) => void
  readonly open: (onSplat: (splat: Splat) => void) => LogReader
  readonly onSplat: (splat: Splat) => void
  readonly settleMs?: number
}

async function* stdin(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = (): void => void process.stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    yield* (await unpacked(process.stdin)).bytes
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Counts lines, also in each file that takes the place of the one before. */
class LineCount {
  /** The lines of all files before each one. */
  readonly #before: number[] = [0]
  #lines = 0
  #isMidLine = false

  add(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.#lines += 1
    if (chunk.length > 0) this.#isMidLine = chunk.at(-1) !== NEWLINE
  }

  /** Begins another file; returns whether the last line lacks its newline. */
  restart(): boolean {
    const isMidLine = this.#isMidLine
    if (isMidLine) this.#lines += 1
    this.#isMidLine = false
    this.#before.push(this.#lines)
    return isMidLine
  }

  /** The line in its own file. */
  inFile<T extends { readonly line: number }>(splat: T): T {
    const before = this.#before.findLast((lines) => lines < splat.line) ?? 0
    return { ...splat, line: splat.line - before }
  }
}

const refuseCompressed = async (file: string, chunk: Uint8Array): Promise<void> => {
  const one = async function* () {
    yield chunk
  }
  const { compression } = await unpacked(one())
  if (compression !== undefined)
    throw new UsageError(`${file}: it is compressed by ${compression}: --follow reads text`, 'read it without --follow')
}

/** What was read, and why no more of it. */
export interface Followed {
  readonly file: ReadFile
  readonly problem: string | undefined
}

/** Reads a file, or standard input, as it grows, until the signal or the end; reports each splat as it is complete. */
export const followLog = async (file: string, options: FollowOptions): Promise<Followed> => {
  const { signal, note, settleMs = SETTLE_MS } = options
  const count = new LineCount()
  const reader = options.open((splat) => options.onSplat(count.inFile(splat)))
  let timer: NodeJS.Timeout | undefined
  let problem: string | undefined
  let isFirst = file !== '-'
  const pieces = file === '-' ? stdin(signal) : tailFile(file, { signal, note: (text) => note(`${file}: ${text}`) })
  try {
    for await (const piece of pieces) {
      clearTimeout(timer)
      if (piece === RESTART) {
        if (count.restart()) reader.push(Buffer.from('\n'))
        continue
      }
      if (isFirst) await refuseCompressed(file, piece)
      isFirst = false
      count.add(piece)
      reader.push(piece)
      timer = setTimeout(() => reader.settle(), settleMs)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    problem = (error as Error).message
  } finally {
    clearTimeout(timer)
  }
  const { splats, lines, dropped } = reader.end()
  return { file: { file, splats: splats.map((splat) => count.inFile(splat)), lines, dropped }, problem }
}
