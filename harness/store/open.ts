// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { UsageError } from '../model/errors.ts'
import type { Emit } from '../model/events.ts'
import { folderBackend } from './folder.ts'
import { httpBackend } from './http.ts'
import type { Store, StorePlace } from './model.ts'
import { RemoteStore } from './store.ts'

const STALL_MS = 20_000

/** What a store reports to, and what stops it. */
export interface StoreContext {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** An operation that makes no progress for this long ends. */
  readonly stallMs?: number
}

const requireFolder = async ({ dir }: Extract<StorePlace, { kind: 'folder' }>): Promise<void> => {
  const found = await stat(dir).catch(() => undefined)
  if (found !== undefined && !found.isDirectory())
    throw new UsageError(`the store ${dir} is not a folder`, 'give a folder, or one that can be made')
}

/** Opens the store of a run; undefined without one. */
export const openStore = async (
  place: StorePlace | null,
  { emit, signal, stallMs = STALL_MS }: StoreContext,
): Promise<Store | undefined> => {
  if (place === null) return undefined
  if (place.kind === 'folder') await requireFolder(place)
  const backend = place.kind === 'folder' ? folderBackend(place.dir) : httpBackend(place)
  return new RemoteStore(backend, { name: place.shown, emit, signal, stallMs })
}
