// SPDX-License-Identifier: MIT

import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { createGzip } from 'node:zlib'
import { FILE } from '../../bundle/names.ts'
import { type Bundle, openBundle } from '../../bundle/open.ts'
import { tempBeside, writeAtomic } from '../../lib/files/atomic.ts'
import { exists } from '../../lib/files/exists.ts'
import { hashFile, sha256Of } from '../../lib/files/hash.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { withoutSlashes } from '../../lib/text/trailing.ts'
import { UsageError } from '../../model/errors.ts'
import { type LavaCell, type LavaFile, lavaYaml } from '../../run/plan/lava.ts'
import type { LavaMethod } from '../../run/plan/lavamethods.ts'
import type { CellPlan, PairPlan } from '../../run/plan/pairs.ts'
import { seedOf } from '../../run/settings.ts'

/** The flags of `--emit lava`, not yet parsed. */
export interface LavaFlags {
  readonly bundle?: readonly string[]
  readonly output?: string
  readonly filesUrl?: string
  readonly deviceType?: string
  readonly bootMethod?: LavaMethod
}

/** Throws a UsageError for a flag of `--emit lava` without it. */
export const refuseLavaFlags = (flags: LavaFlags): void => {
  const given: readonly (readonly [string, unknown])[] = [
    ['--bundle', flags.bundle],
    ['--output', flags.output],
    ['--files-url', flags.filesUrl],
    ['--device-type', flags.deviceType],
    ['--boot-method', flags.bootMethod],
  ]
  const [stray] = given.find(([, value]) => value !== undefined) ?? []
  if (stray !== undefined) throw new UsageError(`${stray} needs --emit lava`, `add --emit lava, or leave ${stray} out`)
}

const placeOf = ({ tree, series, arch, leg, config, profile }: CellPlan | Bundle['manifest']['cell']): string =>
  JSON.stringify([tree, series, arch, leg, config, profile])

const byPlace = (bundles: readonly Bundle[]): ReadonlyMap<string, Bundle> => {
  const found = new Map<string, Bundle>()
  for (const bundle of bundles) {
    const key = placeOf(bundle.manifest.cell)
    const other = found.get(key)
    if (other) throw new UsageError(`${bundle.file} and ${other.file} are of the same cell`, 'leave one of them out')
    found.set(key, bundle)
  }
  return found
}

const MIB = 1 << 20

/** Writes an empty disk of this size, compressed. */
const writeDisk = async (path: string, mib: number): Promise<void> => {
  if (await exists(path)) return
  const zeros = Buffer.alloc(MIB)
  const part = tempBeside(path)
  await pipeline(
    Readable.from(Array.from({ length: mib }, () => zeros)),
    createGzip({ level: 1 }),
    createWriteStream(part),
  )
  await rename(part, path)
}

/** Writes what a worker fetches, and knows it by URL. */
class Files {
  readonly #dir: string
  readonly #url: string

  constructor(dir: string, url: string | undefined) {
    this.#dir = dir
    this.#url = withoutSlashes(url ?? pathToFileURL(dir).href)
  }

  async put(name: string, data: Uint8Array): Promise<LavaFile> {
    await mkdir(join(this.#dir, name, '..'), { recursive: true })
    await writeAtomic(join(this.#dir, name), data)
    return { url: `${this.#url}/${name}`, sha256: sha256Of(data) }
  }

  async disk(mib: number): Promise<LavaFile> {
    const name = `disk-${mib}.img.gz`
    await writeDisk(join(this.#dir, name), mib)
    return { url: `${this.#url}/${name}`, sha256: await hashFile(join(this.#dir, name)) }
  }
}

type Fetched = Pick<LavaCell, 'kernel' | 'parameters' | 'memoryMiB' | 'image' | 'initramfs' | 'disks'>

const writeFiles = async (files: Files, { dir, build, boot, sha256, manifest }: Bundle): Promise<Fetched> => {
  const { image, version, key } = build.meta
  const read = (name: string): Promise<Buffer> => readFile(join(dir, name))
  const at = `kernels/${sha256.slice(0, 16)}`
  const added = Object.hasOwn(manifest.files, FILE.added) ? await read(FILE.added) : Buffer.alloc(0)
  const disks: LavaFile[] = []
  for (const mib of boot.machine.disksMiB) disks.push(await files.disk(mib))
  return {
    kernel: { version, key, bundle: sha256 },
    parameters: boot.parameters,
    memoryMiB: boot.machine.memoryMiB,
    image: await files.put(`${at}/${image}`, await read(image)),
    initramfs: await files.put(`${at}/${FILE.initramfs}`, Buffer.concat([await read(FILE.initramfs), added])),
    disks,
  }
}

const BOARDS = 'give --boot-method u-boot or grub for a board'

const URL_FORM = /^(?:https?|ftp|scp|file):\/\/\S+$/

const requireFlags = ({ bundle, output, filesUrl, deviceType, bootMethod }: LavaFlags) => {
  if (bundle === undefined || output === undefined)
    throw new UsageError(
      `--emit lava needs ${bundle === undefined ? '--bundle FILE…' : '--output DIR'}`,
      'make bundles with: npx zsharness bundle RUN/CELL',
    )
  if (filesUrl !== undefined && !URL_FORM.test(filesUrl))
    throw new UsageError(`--files-url ${filesUrl}: not a URL`, 'write it like http://files.example.org/zsharness')
  const type = deviceType ?? 'qemu'
  if (type !== 'qemu' && bootMethod === undefined)
    throw new UsageError(`--device-type ${type}: LAVA must know how it boots`, `${BOARDS}, or qemu`)
  const target = { deviceType: type, method: bootMethod ?? 'qemu' }
  return { bundle, dir: resolve(output), filesUrl, target }
}

const openAll = async (files: readonly string[], scratch: string): Promise<readonly Bundle[]> => {
  const bundles: Bundle[] = []
  for (const [index, file] of files.entries()) {
    const dir = join(scratch, `${index}`)
    await mkdir(dir)
    bundles.push(await openBundle(file, dir))
  }
  return bundles
}

/** Writes a job for each cell that has a bundle, with the files that it boots; prints the names of the jobs. */
export const emitLava = (pairs: readonly PairPlan[], flags: LavaFlags, seed: string): Promise<void> =>
  inTempDir('lava', async (scratch) => {
    const { bundle, dir, filesUrl, target } = requireFlags(flags)
    const bundles = byPlace(await openAll(bundle, scratch))
    const cells = pairs.flatMap((pair) => pair.cells)
    const ours = cells.filter((cell) => bundles.has(placeOf(cell)))
    if (ours.length === 0)
      throw new UsageError('no cell of the plan has a bundle', 'choose the plan from which the bundles were made')
    await mkdir(dir, { recursive: true })
    const files = new Files(dir, filesUrl)
    const fetched = new Map<string, Fetched>()
    for (const cell of ours) {
      const key = placeOf(cell)
      const own = bundles.get(key)!
      const known = fetched.get(key) ?? (await writeFiles(files, own))
      fetched.set(key, known)
      const job = lavaYaml({ id: cell.id, place: own.manifest.cell, seed: seedOf(seed, cell.run), ...known }, target)
      await writeAtomic(join(dir, `${cell.id}.yaml`), job)
      process.stdout.write(`${join(dir, `${cell.id}.yaml`)}\n`)
    }
    const left = cells.length - ours.length
    if (left > 0) process.stderr.write(`zsharness: ${left} cells of the plan have no bundle, and no job\n`)
  })
