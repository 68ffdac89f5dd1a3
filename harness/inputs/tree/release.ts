// SPDX-License-Identifier: MIT
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readMeta } from '../../lib/cache/meta.ts'
import type { Entry } from '../../lib/cache/store.ts'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import { download } from './download.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { note, progressReporter } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { type Fault, fillFromArchive, obtainShared, obtainTreeEntry, readDownload } from './store.ts'
import { besideUpload, fromStore } from './stored.ts'

type ReleaseSpec = Extract<TreeSpec, { kind: 'release' }>

/** The URLs of a release; `sums` is undefined when no checksums are published. */
export interface ReleaseUrls {
  readonly file: string
  readonly archive: string
  readonly sums: string | undefined
}

const CDN = 'https://cdn.kernel.org/pub/linux/kernel'
// Release candidates are not on the CDN. Linus's repository has them as snapshots, without checksums.
const SNAPSHOTS = 'https://git.kernel.org/torvalds/t'

/** The URLs of a release, on a mirror of the CDN if one is given. */
export const releaseUrls = (version: string, mirror?: string): ReleaseUrls => {
  const base = mirror?.replace(/(?<!\/)\/+$/, '')
  if (version.includes('-rc')) {
    const file = `linux-${version}.tar.gz`
    return { file, archive: `${base ? `${base}/testing` : SNAPSHOTS}/${file}`, sums: undefined }
  }
  const file = `linux-${version}.tar.xz`
  const dir = `${base ?? CDN}/v${version.split('.')[0]}.x`
  return { file, archive: `${dir}/${file}`, sums: `${dir}/sha256sums.asc` }
}

/** The checksum of `file` in a sha256sums file, signed or not. */
export const sumOf = (text: string, file: string): string | undefined =>
  text
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) [ *](\S+)\s*$/.exec(line))
    .find((match) => match?.[2] === file)?.[1]

interface Sums {
  readonly text: string
  readonly checked: string
}

/** The checksums; if a keyring is given, only those that the signature covers. */
const verifySums = async (file: string, keyring: string | undefined): Promise<Sums> => {
  if (!keyring)
    return { text: await readFile(file, 'utf8'), checked: 'TLS and sha256 checked, no OpenPGP keyring given' }
  const plain = `${file}.plain`
  await rm(plain, { force: true })
  const { exitCode, stderr } = await sh`gpgv --keyring ${resolve(keyring)} --output ${plain} ${file}`
  if (exitCode !== 0) {
    const why = stderr.trim().split('\n').at(-1) ?? ''
    throw new HostError(
      `sha256sums.asc: the OpenPGP signature does not verify with ${keyring}: ${why}`,
      'install gpgv, and let ZSHARNESS_KERNEL_KEYRING name a binary keyring with the key of the kernel.org checksum signer',
    )
  }
  return { text: await readFile(plain, 'utf8'), checked: 'OpenPGP signature and sha256 checked' }
}

interface Download {
  readonly file: string
  readonly sha256: string
  readonly checked: string
}

const expectedSum = async (urls: ReleaseUrls, staging: string, options: TreeOptions) => {
  const { signal } = options.context
  if (urls.sums === undefined)
    return {
      sha256: undefined,
      checked: 'no checksums are published for -rc snapshots: only the transport was checked',
    }
  const file = join(staging, 'sha256sums.asc')
  await download(urls.sums, file, { signal })
  const { text, checked } = await verifySums(file, (options.env ?? process.env).ZSHARNESS_KERNEL_KEYRING)
  const sha256 = sumOf(text, urls.file)
  if (!sha256)
    throw new HostError(
      `${urls.sums} has no checksum of ${urls.file}`,
      'check the version; for anything but a release use git: or tar:',
    )
  const transport = urls.sums.startsWith('https:') ? checked : checked.replace('TLS and ', '')
  return { sha256, checked: transport }
}

const fetchArchive = async (
  urls: ReleaseUrls,
  staging: string,
  part: string,
  options: TreeOptions,
): Promise<Download> => {
  const { sha256, checked } = await expectedSum(urls, staging, options)
  if (!sha256) note(options.context, 'warning', `${urls.file}: ${checked}`)
  // Without a published checksum nobody could tell what the store has.
  if (sha256 && (await fromStore(sha256, join(staging, urls.file), options)))
    return { file: urls.file, sha256, checked }
  const onProgress = progressReporter(options.context, `downloading ${urls.file}`)
  await download(urls.archive, part, { signal: options.context.signal, onProgress })
  const actual = await hashFile(part)
  if (sha256 && actual !== sha256) {
    // It must not be resumed or taken for complete.
    await rm(part, { force: true })
    throw new HostError(
      `${urls.archive}: sha256 is ${actual}, but sha256sums.asc says ${sha256}`,
      'the mirror or the network altered the file: run again, or use another mirror',
    )
  }
  await rename(part, join(staging, urls.file))
  return { file: urls.file, sha256: actual, checked }
}

const identityOf = (sha256: string): string => `release ${sha256}`

const downloadsOf = ({ cache }: TreeOptions): string => join(cache, 'downloads')
const keyOf = ({ archive }: ReleaseUrls): string => contentKey('release', archive)

const obtainArchive = async (urls: ReleaseUrls, options: TreeOptions): Promise<Entry<Download>> => {
  const [root, key] = [downloadsOf(options), keyOf(urls)]
  // Outside the staging folder, so that the next run can resume the download of a killed one.
  const part = join(root, 'partial', key)
  await mkdir(join(root, 'partial'), { recursive: true })
  return obtainShared(root, key, urls.file, (staging) => fetchArchive(urls, staging, part, options), options)
}

/** The tree of a release: its tarball, verified with the published checksums. */
export const obtainRelease = async (spec: ReleaseSpec, options: TreeOptions): Promise<TreeEntry> => {
  const urls = releaseUrls(spec.version, (options.env ?? process.env).ZSHARNESS_KERNEL_MIRROR)
  await using archive = await obtainArchive(urls, options)
  const { file, sha256, checked } = archive.meta
  const path = join(archive.dir, file)
  const read = (fault: Fault): Promise<TreeEntry> => {
    const fill = async (staging: string): Promise<string> => {
      await fillFromArchive(path, staging, fault, options)
      return `${urls.archive}, sha256 ${sha256} (${checked})`
    }
    return obtainTreeEntry(spec.text, contentKey('release', sha256), fill, fault, options)
  }
  const readArchive = () => readDownload(downloadsOf(options), keyOf(urls), file, read)
  if (urls.sums === undefined) return await readArchive()
  return { ...(await besideUpload(sha256, path, options, readArchive)), identity: identityOf(sha256) }
}

/** The identity of the tree that `obtainRelease` would give; undefined where only the archive tells. At most checksums are fetched. */
export const identifyRelease = async (spec: ReleaseSpec, options: TreeOptions): Promise<string | undefined> => {
  const urls = releaseUrls(spec.version, (options.env ?? process.env).ZSHARNESS_KERNEL_MIRROR)
  if (urls.sums === undefined) return undefined
  const had = await readMeta<Download>(downloadsOf(options), keyOf(urls))
  if (had) return identityOf(had.sha256)
  return inTempDir('sums', async (dir) => identityOf((await expectedSum(urls, dir, options)).sha256!))
}
