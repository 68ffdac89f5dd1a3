// SPDX-License-Identifier: MIT
import type { SplatReader } from '../engine/options.ts'

/** What is known of an input when it is over. */
export interface InputEnd {
  /** Undefined when the reader has counted them. */
  readonly lines: number | undefined
  /** Records that could not be read, and the line of the first. */
  readonly unread: { readonly count: number; readonly line: number } | undefined
}

/** Takes the bytes of a log in one format, and passes the lines of the console in it to the reader. */
export interface Input {
  push(chunk: Uint8Array): void
  end(): InputEnd
}

/** A form in which people have logs. */
export interface InputFormat {
  readonly name: string
  /** Matches its first two lines that are not blank. */
  readonly begins: RegExp
  readonly open: (reader: Pick<SplatReader, 'push' | 'line'>) => Input
}

/** Where the lines go. */
export type Lines = Pick<SplatReader, 'line'>

/** Counts the records that could not be read. */
export class Unread {
  #count = 0
  #line = 0

  add(line: number): void {
    if (this.#count === 0) this.#line = line
    this.#count += 1
  }

  get found(): InputEnd['unread'] {
    return this.#count === 0 ? undefined : { count: this.#count, line: this.#line }
  }
}
