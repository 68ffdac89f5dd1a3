// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'

/** What a live run learns as soon as a header line went by. */
interface Header {
  readonly family: string
  readonly kind: string
  /** The title without its function, which only the stack tells. */
  readonly title: string
  readonly line: number
  /** The kernel panics: nothing but the rest of this report will follow. */
  readonly panicked: boolean
}

export interface ReadOptions {
  /** A run that squeezes memory expects the OOM killer: its kills are no splats. */
  readonly expectOomKills?: boolean
  readonly onHeader?: (header: Header) => void
  readonly onSplat?: (splat: Splat) => void
  /** Reports kept in full; later ones are only counted. */
  readonly maxSplats?: number
}

interface ReadStats {
  readonly lines: number
  /** Reports beyond `maxSplats`. */
  readonly dropped: number
}

export interface SplatReader {
  push(chunk: Uint8Array | string): void
  end(): readonly Splat[]
  readonly stats: ReadStats
}
