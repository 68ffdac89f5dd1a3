// SPDX-License-Identifier: MIT
import type { Event } from '../model/events.ts'

/** Where a renderer writes; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly isTTY?: boolean | undefined
}

/** Turns events into what a person or a program reads. */
export interface Renderer {
  onEvent(event: Event): void
  /** Ends the output; what it changed of the terminal is as before. */
  close(): void
}

/** Milliseconds, monotonic. */
export type Clock = () => number
