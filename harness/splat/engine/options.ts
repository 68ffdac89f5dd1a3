// SPDX-License-Identifier: MIT
import type { Message } from '../lines/prefix.ts'
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
  /** False reads each line and each report as if none had come before. The result is the same, and takes longer. */
  readonly remember?: boolean
}

interface ReadStats {
  readonly lines: number
  /** Reports beyond `maxSplats`. */
  readonly dropped: number
}

/** Reads one log, chunk by chunk. */
export interface SplatReader {
  push(chunk: Uint8Array | string): void
  /** Takes one line of a log whose format says where the line stood in it, and who wrote the line. */
  line(text: string, number: number, origin?: Message['origin']): void
  /** Nothing came for a while: ends the reports that could be whole. */
  settle(): void
  end(): readonly Splat[]
  readonly stats: ReadStats
}
