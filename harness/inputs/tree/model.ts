// SPDX-License-Identifier: MIT
import type { Entry } from '../../lib/cache/store.ts'
import type { Context } from '../../model/events.ts'

/** What is known about an extracted tree. */
export interface TreeMeta {
  /** The `--tree` argument. */
  readonly spec: string
  /** `6.1.192`, `6.2-rc4`. */
  readonly version: string
  /** Where the source came from and how it was verified. */
  readonly origin: string
  readonly key: string
  /** sha256 of the listing. */
  readonly listing: string
}

/** A tree in the cache; `dir` is the source itself. */
export interface TreeEntry extends Entry<TreeMeta> {
  /** The file that lists every file of the source as it was made. */
  readonly listing: string
}

export interface TreeOptions {
  /** The cache's root folder. */
  readonly cache: string
  readonly context: Context
  readonly env?: Readonly<Record<string, string | undefined>>
}
