// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { listingOf } from '../inputs/tree/files.ts'
import { sourceDir } from '../kernel/layout.ts'
import { BUILD_DIR } from '../kernel/make.ts'
import { builtFrom } from '../kernel/seed.ts'
import { requireRecorded } from '../kernel/sources.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { everyFileBelow } from '../lib/files/below.ts'
import { exists } from '../lib/files/exists.ts'
import { contentKey } from '../lib/files/hash.ts'
import { listFolder } from '../lib/files/listfolder.ts'
import { listingKey } from '../lib/files/listing.ts'
import type { Context } from '../model/events.ts'
import type { Objects } from './objects.ts'

/** All of an explorer but the kernel's own objects: services, callers and the scheduler, compiled. */
export interface PartsMeta {
  readonly key: string
  /** The hash over its files. */
  readonly hash: string
}

/** Compiled parts of explorers in the cache. */
export type Parts = Entry<PartsMeta>

/** What the parts are made from. */
export interface PartsWanted {
  readonly objects: Objects
  /** What identifies the compilers, the sources and the variables of the explorer's Makefile. */
  readonly identity: readonly string[]
  readonly cache: string
  /** Compiles them into this folder. */
  readonly make: (staging: string) => Promise<void>
}

const FORMAT = '1'

/** The sources of the objects: the only files in which two kernels with the same parts may differ. */
const ownSources = (objects: readonly string[]): ReadonlySet<string> =>
  new Set(objects.map((object) => object.replace(/\.o$/, '.c')))

const hashOf = async (dir: string, signal: AbortSignal): Promise<string> =>
  listingKey(await listFolder(dir, [...everyFileBelow(dir)], { signal }))

const keyOf = async ({ objects, identity, cache }: PartsWanted, signal: AbortSignal): Promise<string> => {
  const { arch, listing, options } = objects.meta
  const own = ownSources(Object.keys(objects.meta.objects))
  const others = (await listingOf(cache, listing, signal)).filter(({ path }) => !own.has(path))
  return `${arch}-${contentKey('explorer-parts', FORMAT, listingKey(others), contentKey(...options), ...identity)}`
}

/** Throws a HostError when a file that the parts would be compiled from is damaged: no key would tell. */
const requireSources = async ({ objects, cache }: PartsWanted, signal: AbortSignal): Promise<void> => {
  const source = builtFrom(await listingOf(cache, objects.meta.listing, signal))
  if (await exists(join(sourceDir(objects.dir), BUILD_DIR)))
    await requireRecorded(cache, source, sourceDir(objects.dir), signal)
}

/** The parts for these objects, from the cache or compiled now. */
export const obtainParts = async (wanted: PartsWanted, context: Context): Promise<Parts> => {
  const { signal } = context
  const key = await keyOf(wanted, signal)
  const make = async (staging: string): Promise<PartsMeta> => {
    await mkdir(staging, { recursive: true })
    await requireSources(wanted, signal)
    await wanted.make(staging)
    return { key, hash: await hashOf(staging, signal) }
  }
  const isIntact = async (dir: string, { hash }: PartsMeta): Promise<boolean> => (await hashOf(dir, signal)) === hash
  return await obtain<PartsMeta>(join(wanted.cache, 'explorers'), key, make, { signal, isIntact })
}
