// SPDX-License-Identifier: MIT
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { HostError } from '../../model/errors.ts'
import { ArchiveError } from './archive.ts'
import { debKey, describeDeb, downloadsOf, obtainDeb } from './deb.ts'
import { installedPackage, md5File, type Packaged, packageFile, unpackFile } from './dpkg.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { note } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { type Fault, fillFromArchive, obtainTreeEntry, readDownload } from './store.ts'
import { besideUpload } from './stored.ts'

type DebianSpec = Extract<TreeSpec, { kind: 'debian' }>

export interface DebianOptions extends TreeOptions {
  /** False: downloads the package even when it is installed. */
  readonly useInstalled?: boolean
}

const packageName = (spec: DebianSpec): string => `linux-source-${spec.release}`
const innerPath = (spec: DebianSpec): string => `usr/src/${packageName(spec)}.tar.xz`

// The installed and the downloaded package give the same tree.
const treeKey = (spec: DebianSpec, { version, md5 }: Packaged): string =>
  contentKey('debian', packageName(spec), version, md5)

const identityOfInstalled = (spec: DebianSpec, packaged: Packaged): string => `installed ${treeKey(spec, packaged)}`
const identityOfDeb = (sha256: string): string => `deb ${sha256}`

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

const installed = async (spec: DebianSpec, { useInstalled }: DebianOptions): Promise<Packaged | undefined> => {
  if (useInstalled === false) return undefined
  const packaged = await installedPackage(packageName(spec), innerPath(spec))
  return packaged && (spec.version === undefined || packaged.version === spec.version) ? packaged : undefined
}

const fromInstalled = async (spec: DebianSpec, options: DebianOptions): Promise<TreeEntry | undefined> => {
  const packaged = await installed(spec, options)
  if (!packaged) return undefined
  const archive = `/${innerPath(spec)}`
  if (!(await isIntact(archive, packaged.md5))) {
    note(options.context, 'warning', `${archive} is missing or was modified; downloading the package instead`)
    return undefined
  }
  const fault = (message: string): HostError =>
    new HostError(`${archive}: ${message}`, `run: apt-get install --reinstall ${packageName(spec)}`)
  const entry = await obtainWith(spec, packaged, options, fault, (_staging, use) => use(archive))
  return { ...entry, identity: identityOfInstalled(spec, packaged) }
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
  if (spec.version !== undefined && packaged.version !== spec.version)
    throw fault(`${deb} has version ${packaged.version}`)
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
  const { file, sha256 } = deb.meta
  const path = join(deb.dir, file)
  const read = (fault: Fault): Promise<TreeEntry> => fromDeb(path, spec, options, fault)
  const entry = await besideUpload(sha256, path, options, () =>
    readDownload(downloadsOf(options), debKey(deb.meta), packageName(spec), read),
  )
  return { ...entry, identity: identityOfDeb(sha256) }
}

/**
 * The tree of `debian:6.1`: of the installed package when it is intact and of the version that the spec pins, if it does;
 * else of the package that apt downloads and verifies.
 */
export const obtainDebian = async (spec: DebianSpec, options: DebianOptions): Promise<TreeEntry> =>
  (await fromInstalled(spec, options)) ?? (await fromDownload(spec, options))

/** The identity of the tree that `obtainDebian` would give. At most package lists are fetched. */
export const identifyDebian = async (spec: DebianSpec, options: DebianOptions): Promise<string> => {
  const packaged = await installed(spec, options)
  if (packaged && (await isIntact(`/${innerPath(spec)}`, packaged.md5))) return identityOfInstalled(spec, packaged)
  await mkdir(options.cache, { recursive: true })
  return identityOfDeb(await describeDeb(spec, options))
}
