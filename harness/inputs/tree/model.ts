// SPDX-License-Identifier: MIT
import type { Entry } from '../../lib/cache/store.ts'
import type { Context } from '../../model/events.ts'
import type { Store } from '../../store/model.ts'

/** What is known about an extracted tree. */
export interface TreeMeta {
  /** The `--tree` argument. */
  readonly spec: string
  /** `6.1.192`, `6.2-rc4`. */
  readonly version: string
  /** Where the source came from and how it was verified. */
  readonly origin: string
  readonly key: string
  /** The listing of its files: its hash in the store. */
  readonly listing: string
}

/** A tree in the cache. Its files are in the store of the cache; `checkoutFiles` makes a folder of them. */
export interface TreeEntry extends Entry<TreeMeta> {
  /** What `identifyTree` says of it before it is there; missing for one that only its files identify. */
  readonly identity?: string | undefined
}

export interface TreeOptions {
  /** The cache's root folder. */
  readonly cache: string
  readonly context: Context
  /** Has downloads of other machines, and gets those of this one. */
  readonly store?: Store | undefined
  readonly env?: Readonly<Record<string, string | undefined>>
}
