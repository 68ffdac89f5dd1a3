// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { readMetas } from '../../lib/cache/meta.ts'
import type { Entry } from '../../lib/cache/store.ts'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { HostError, type UsageError } from '../../model/errors.ts'
import { type AptPackage, allOffers, describePackage, downloadPackage, type Lists, offersOf } from './apt.ts'
import { ageOf, fetchLists } from './lists.ts'
import type { TreeOptions } from './model.ts'
import { note } from './progress.ts'
import { chooseOffer, notServed, type Offer } from './served.ts'
import type { TreeSpec } from './spec.ts'
import { obtainShared } from './store.ts'
import { fromStore } from './stored.ts'

type DebianSpec = Extract<TreeSpec, { kind: 'debian' }>

interface DebMeta {
  readonly file: string
  readonly sha256: string
}

type Deb = Entry<DebMeta>

// Newer versions may have appeared since, and are worth a request.
const OLD_MS = 24 * 3_600_000
// What such lists lack is not served.
const FRESH_MS = 10 * 60_000

/** The folder of the cache with the downloaded packages. */
export const downloadsOf = ({ cache }: TreeOptions): string => join(cache, 'downloads')

/** The key of a downloaded package. */
export const debKey = ({ file, sha256 }: DebMeta): string => contentKey('deb', file, sha256)

const download = (offer: Offer, found: AptPackage, lists: Lists, options: TreeOptions): Promise<Deb> => {
  const name = `linux-source-${offer.release}`
  const make = async (staging: string): Promise<DebMeta> => {
    const isStored = await fromStore(found.sha256, join(staging, found.file), options)
    const why = isStored ? undefined : await downloadPackage(offer, lists, staging, options)
    if (why !== undefined)
      throw new HostError(`downloading ${name} ${offer.version} failed: ${why}`, 'check the network, then run again')
    const sha256 = await hashFile(join(staging, found.file)).catch(() => 'missing')
    if (sha256 !== found.sha256)
      throw new HostError(
        `${found.file}: sha256 is ${sha256}, but apt's signed list says ${found.sha256}`,
        'run again; if it fails again, use another mirror',
      )
    return { file: found.file, sha256 }
  }
  return obtainShared(downloadsOf(options), debKey(found), name, make, options)
}

/** What is done with a package that the lists have. */
type Take<T> = (offer: Offer, found: AptPackage, lists: Lists, options: TreeOptions) => Promise<T>

/** The package by these lists, as they are; undefined when they do not have it. */
const byLists = async <T>(
  spec: DebianSpec,
  lists: Lists,
  options: TreeOptions,
  take: Take<T>,
): Promise<T | undefined> => {
  const offer = chooseOffer(spec, await offersOf(spec.release, lists, options))
  return offer && take(offer, await describePackage(offer, lists, options), lists, options)
}

/** The same; undefined also when the download fails, as old lists name versions that the mirror has no more. */
const byOldLists: typeof byLists = async (spec, lists, options, take) => {
  try {
    return await byLists(spec, lists, options, take)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    note(options.context, 'info', error.message)
    return undefined
  }
}

/** The lists of the host's sources: the host's own, until newer ones were fetched into the cache. */
const hostLists = async ({ cache }: TreeOptions): Promise<Lists> =>
  (await ageOf('own', cache)) === undefined ? 'host' : 'own'

/** Fetches lists of the cache again when they may lack the newest version; without a network the old ones serve. */
const renew = async ({ version }: DebianSpec, lists: Lists, options: TreeOptions): Promise<void> => {
  // The host's own lists are its owner's.
  if (lists === 'host' || version !== undefined || ((await ageOf(lists, options.cache)) ?? 0) < OLD_MS) return
  try {
    await fetchLists(lists, options)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    note(options.context, 'warning', `${error.message}; the package lists in the cache are more than a day old`)
  }
}

// They name a version that the mirror has no more, or the host never fetched any.
const areStale = async (spec: DebianSpec, lists: Lists, options: TreeOptions): Promise<boolean> =>
  chooseOffer(spec, await offersOf(spec.release, lists, options)) !== undefined ||
  (lists === 'host' && (await allOffers(lists, options)).length === 0)

type From = <T>(spec: DebianSpec, options: TreeOptions, take: Take<T>) => Promise<T | undefined>

const fromHost: From = async (spec, options, take) => {
  const lists = await hostLists(options)
  await renew(spec, lists, options)
  const found = await byOldLists(spec, lists, options, take)
  if (found || !(await areStale(spec, lists, options))) return found
  await fetchLists('own', options)
  return byLists(spec, 'own', options, take)
}

const fromSuites: From = async (spec, options, take) => {
  if ((await ageOf('suites', options.cache)) !== undefined) {
    await renew(spec, 'suites', options)
    if ((await ageOf('suites', options.cache))! < FRESH_MS) return byLists(spec, 'suites', options, take)
    const found = await byOldLists(spec, 'suites', options, take)
    if (found) return found
  }
  await fetchLists('suites', options)
  return byLists(spec, 'suites', options, take)
}

const downloadedMeta = async ({ release, version }: DebianSpec, options: TreeOptions): Promise<DebMeta | undefined> => {
  const file = `linux-source-${release}_${version}_all.deb`
  return version === undefined
    ? undefined
    : (await readMetas<DebMeta>(downloadsOf(options))).find((one) => one.file === file)
}

/** A pinned version that was downloaded before. Debian may not serve it any more. */
const fromCache = async (spec: DebianSpec, options: TreeOptions): Promise<Deb | undefined> => {
  const root = downloadsOf(options)
  const meta = await downloadedMeta(spec, options)
  if (!meta) return undefined
  const { file } = meta
  const gone = (): never => {
    throw new HostError(`${file} was removed from the cache just now`, 'run the same command again')
  }
  return obtainShared<DebMeta>(root, debKey(meta), file, async () => gone(), options)
}

const noDeb = async (spec: DebianSpec, options: TreeOptions): Promise<UsageError> => {
  const near = await allOffers(await hostLists(options), options)
  return notServed(spec, [...near, ...(await allOffers('suites', options))])
}

const byAnyLists = async <T>(spec: DebianSpec, options: TreeOptions, take: Take<T>): Promise<T> => {
  for (const from of [fromHost, fromSuites]) {
    const found = await from(spec, options, take)
    if (found) return found
  }
  throw await noDeb(spec, options)
}

/**
 * The package with the newest version that the host's apt sources have, else that any suite of Debian has; or with the
 * pinned version. The order keeps a tree the same whatever else was fetched into the cache.
 */
export const obtainDeb = async (spec: DebianSpec, options: TreeOptions): Promise<Deb> =>
  (await fromCache(spec, options)) ?? (await byAnyLists(spec, options, download))

/** The sha256 of the package that `obtainDeb` would take, by the signed lists. Only these are fetched. */
export const describeDeb = async (spec: DebianSpec, options: TreeOptions): Promise<string> =>
  (await downloadedMeta(spec, options))?.sha256 ??
  (await byAnyLists(spec, options, async (_offer, { sha256 }) => sha256))
