// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'

/** What a live run learns as soon as a header line is read. */
interface Header {
  readonly family: string
  readonly kind: string
  /** The title without its function, which only the stack shows. */
  readonly title: string
  readonly line: number
  /** The kernel panics: only the rest of this report will follow. */
  readonly panicked: boolean
}

/** How to read a log. */
export interface ReadOptions {
  /** A run that exhausts memory expects the OOM killer: its kills are not reported. */
  readonly expectOomKills?: boolean
  readonly onHeader?: (header: Header) => void
  readonly onSplat?: (splat: Splat) => void
  /** The number of reports to keep; later ones are only counted. */
  readonly maxSplats?: number
}

interface ReadStats {
  readonly lines: number
  /** Reports beyond `maxSplats`. */
  readonly dropped: number
}

/** Reads one log, chunk by chunk. */
export interface SplatReader {
  push(chunk: Uint8Array | string): void
  end(): readonly Splat[]
  readonly stats: ReadStats
}
