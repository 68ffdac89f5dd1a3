// SPDX-License-Identifier: MIT
import type { Readable } from 'node:stream'

/** What a store has. Each kind has keys of its own. */
export const STORE_KINDS = ['tree', 'bundle'] as const
export type StoreKind = (typeof STORE_KINDS)[number]

/** A file, by its content. */
export interface Content {
  readonly sha256: string
  readonly size: number
}

/** A file that the store had. */
export interface Stored extends Content {
  /** Where it is now. */
  readonly file: string
}

/**
 * Files by key, shared between machines. It may lack any file at any time: whoever asks can do without. Nothing that
 * happens to it is an error; it is reported once, as a note.
 */
export interface Store {
  /**
   * Fetches the file of a key to the path `to`, whose folder exists. Undefined when the store does not have it whole.
   * With `sha256` it must be this file, whatever the store says. Throws an InterruptedError alone.
   */
  get(kind: StoreKind, key: string, to: string, sha256?: string): Promise<Stored | undefined>
  /** Gives the store the file of a key, unless it has it. Returns whether it has it now; never throws. */
  put(kind: StoreKind, key: string, file: string): Promise<boolean>
  /** Whether the store takes files and lacks the one of this key: then it is worth making. Never throws. */
  lacks(kind: StoreKind, key: string): Promise<boolean>
  /** Reports that the file of a key is not what its key promises, and why. The next `put` replaces it. */
  refuse(kind: StoreKind, key: string, why: string): void
  /** What it is called in messages: without credentials. */
  readonly name: string
  /** What was reported so far, one sentence each. */
  readonly notes: readonly string[]
}

/** Where a store is. */
export type StorePlace =
  | { readonly kind: 'folder'; readonly dir: string; readonly shown: string }
  | {
      readonly kind: 'http'
      /** Without user, password and final slash. */
      readonly url: string
      /** What it is called in messages: without credentials. */
      readonly shown: string
      /** A function: no result or log that copies this object has the password. */
      readonly credentials: () => string | undefined
    }

/** The operations that a store is made of. Paths are relative; what is missing is undefined. Anything may throw. */
export interface Backend {
  readonly read: (path: string, signal: AbortSignal) => Promise<Readable | undefined>
  readonly sizeOf: (path: string, signal: AbortSignal) => Promise<number | undefined>
  /** Writes all of `source`, which has `size` bytes, or nothing that counts. */
  readonly write: (path: string, source: Readable, size: number, signal: AbortSignal) => Promise<void>
}

/**
 * Why the store could not be used. `failed`: another try may work; `refused`: it does not take this from anybody like us;
 * `stalled`: it takes too long; `damaged`: what it has under this key cannot be used.
 */
export type FaultKind = 'failed' | 'refused' | 'stalled' | 'damaged'

/** A fault of the store. Nobody outside sees it. */
export class StoreFault extends Error {
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string) {
    super(message)
    this.kind = kind
  }
}
