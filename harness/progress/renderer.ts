// SPDX-License-Identifier: MIT
import type { Event } from '../model/events.ts'

/** Where a renderer writes; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly isTTY?: boolean | undefined
}

/** Turns events into output for a person or a program. */
export interface Renderer {
  onEvent(event: Event): void
  /** Ends the output and restores the terminal. */
  close(): void
}

/** Milliseconds, monotonic. */
export type Clock = () => number
