// SPDX-License-Identifier: MIT
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../../lib/cache/store.ts'
import { exists } from '../../lib/files/exists.ts'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { HostError } from '../../model/errors.ts'
import { type AptPackage, downloadPackage, fetchOwnLists, findPackage, hasOwnLists, type Lists } from './apt.ts'
import { ArchiveError } from './archive.ts'
import { installedPackage, md5File, type Packaged, packageFile, unpackFile } from './dpkg.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { note } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { type Fault, fillFromArchive, obtainShared, obtainTreeEntry, readDownload } from './store.ts'

type DebianSpec = Extract<TreeSpec, { kind: 'debian' }>

export interface DebianOptions extends TreeOptions {
  /** False: downloads the package even when it is installed. */
  readonly useInstalled?: boolean
}

interface DebMeta {
  readonly file: string
  readonly sha256: string
}

const packageName = (spec: DebianSpec): string => `linux-source-${spec.release}`
const innerPath = (spec: DebianSpec): string => `usr/src/${packageName(spec)}.tar.xz`

// The installed and the downloaded package give the same tree.
const treeKey = (spec: DebianSpec, { version, md5 }: Packaged): string =>
  contentKey('debian', packageName(spec), version, md5)

const originOf = async (spec: DebianSpec, version: string, archive: string): Promise<string> =>
  `Debian ${packageName(spec)} ${version}, sha256 ${await hashFile(archive)}`

const obtainWith = (
  spec: DebianSpec,
  packaged: Packaged,
  options: DebianOptions,
  fault: Fault,
  withArchive: (staging: string, use: (archive: string) => Promise<string>) => Promise<string>,
): Promise<TreeEntry> => {
  const fill = (staging: string): Promise<string> =>
    withArchive(staging, async (archive) => {
      if ((await md5File(archive)) !== packaged.md5) throw fault(`${archive} differs from the file in the package`)
      const origin = await originOf(spec, packaged.version, archive)
      await fillFromArchive(archive, staging, fault, options)
      return origin
    })
  return obtainTreeEntry(spec.text, treeKey(spec, packaged), fill, fault, options)
}

const isIntact = async (archive: string, md5: string): Promise<boolean> =>
  (await stat(archive).catch(() => undefined))?.isFile() === true && (await md5File(archive)) === md5

const fromInstalled = async (spec: DebianSpec, options: DebianOptions): Promise<TreeEntry | undefined> => {
  if (options.useInstalled === false) return undefined
  const packaged = await installedPackage(packageName(spec), innerPath(spec))
  if (!packaged) return undefined
  const archive = `/${innerPath(spec)}`
  if (!(await isIntact(archive, packaged.md5))) {
    note(options.context, 'warning', `${archive} is missing or was modified; downloading the package instead`)
    return undefined
  }
  const fault = (message: string): HostError =>
    new HostError(`${archive}: ${message}`, `run: apt-get install --reinstall ${packageName(spec)}`)
  return obtainWith(spec, packaged, options, fault, (_staging, use) => use(archive))
}

const downloadsOf = ({ cache }: TreeOptions): string => join(cache, 'downloads')
const debKey = ({ file, sha256 }: DebMeta): string => contentKey('deb', file, sha256)

const fetchDeb = async (
  spec: DebianSpec,
  found: AptPackage,
  lists: Lists,
  options: TreeOptions,
): Promise<Entry<DebMeta>> => {
  const name = packageName(spec)
  const make = async (staging: string): Promise<DebMeta> => {
    const why = await downloadPackage(name, lists, staging, options)
    if (why !== undefined)
      throw new HostError(`downloading ${name} failed: ${why}`, 'check the network, then run again')
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

/** The package, by the cache's lists when they exist, else by the host's; by lists fetched now when those fail. */
const obtainDeb = async (spec: DebianSpec, options: TreeOptions): Promise<Entry<DebMeta>> => {
  const name = packageName(spec)
  const own = await hasOwnLists(options.cache)
  const lists: Lists = own ? 'own' : 'host'
  const found = await findPackage(name, lists, options)
  if (found) {
    try {
      return await fetchDeb(spec, found, lists, options)
    } catch (error) {
      // Old lists name versions that the mirror has no more.
      if (!(error instanceof HostError)) throw error
      note(options.context, 'info', error.message)
    }
  }
  await fetchOwnLists(options)
  const again = await findPackage(name, 'own', options)
  if (!again)
    throw new HostError(
      `this host's apt sources have no package ${name}`,
      'add the sources of the Debian release that has it; debian:6.1 is in Debian 12',
    )
  return fetchDeb(spec, again, 'own', options)
}

const unpackInner = async (deb: string, spec: DebianSpec, dir: string, fault: Fault, { context }: TreeOptions) => {
  try {
    await unpackFile(deb, innerPath(spec), dir, context.signal)
  } catch (error) {
    throw error instanceof ArchiveError ? fault(error.message) : error
  }
}

const fromDeb = async (deb: string, spec: DebianSpec, options: DebianOptions, fault: Fault): Promise<TreeEntry> => {
  const packaged = await packageFile(deb, innerPath(spec))
  if (!packaged) throw fault(`${deb} does not contain ${innerPath(spec)}`)
  return obtainWith(spec, packaged, options, fault, async (staging, use) => {
    const aside = `${staging}.archive`
    await rm(aside, { recursive: true, force: true })
    await mkdir(aside, { recursive: true })
    try {
      await unpackInner(deb, spec, aside, fault, options)
      const archive = join(aside, innerPath(spec))
      if (!(await exists(archive))) throw fault(`${deb} does not contain ${innerPath(spec)}`)
      return await use(archive)
    } finally {
      await rm(aside, { recursive: true, force: true })
    }
  })
}

const fromDownload = async (spec: DebianSpec, options: DebianOptions): Promise<TreeEntry> => {
  await mkdir(options.cache, { recursive: true })
  await using deb = await obtainDeb(spec, options)
  const read = (fault: Fault): Promise<TreeEntry> => fromDeb(join(deb.dir, deb.meta.file), spec, options, fault)
  return await readDownload(downloadsOf(options), debKey(deb.meta), packageName(spec), read)
}

/** The tree of `debian:6.1`: of the installed package when it is intact, else of the package that apt downloads and verifies. */
export const obtainDebian = async (spec: DebianSpec, options: DebianOptions): Promise<TreeEntry> =>
  (await fromInstalled(spec, options)) ?? (await fromDownload(spec, options))
