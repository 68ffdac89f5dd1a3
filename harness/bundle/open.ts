// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { findArch } from '../inputs/arch/index.ts'
import { keyOf } from '../kernel/kernel.ts'
import { type Fault, faultIn } from './fault.ts'
import {
  type BootInfo,
  BUNDLE_VERSION,
  type BuildInfo,
  bootSchema,
  buildSchema,
  type Manifest,
  manifestSchema,
  type ResolvedSeries,
  resolvedSeriesSchema,
} from './model.ts'
import { FILE, programFile, sourceFile } from './names.ts'
import { type Unpacked, unpackBundle } from './unpack.ts'

/** A bundle in a folder, checked. */
export interface Bundle {
  /** The file, as the user named it. */
  readonly file: string
  /** Of that file. */
  readonly sha256: string
  readonly dir: string
  readonly manifest: Manifest
  readonly series: ResolvedSeries
  readonly build: BuildInfo
  readonly boot: BootInfo
}

const readJson = async <T>(dir: string, name: string, schema: z.ZodType<T>, fault: Fault): Promise<T> => {
  const text = await readFile(join(dir, name), 'utf8')
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n').slice(0, 3).join('; ') : `${error}`
    throw fault(`${name} cannot be read: ${why}`, error)
  }
}

const versionSchema = z.object({ schemaVersion: z.number() })

const readManifest = async (dir: string, { files }: Unpacked, fault: Fault): Promise<Manifest> => {
  if (!files.has(FILE.manifest)) throw fault(`it has no ${FILE.manifest}: it is no bundle`)
  const { schemaVersion } = await readJson(dir, FILE.manifest, versionSchema, fault)
  if (schemaVersion !== BUNDLE_VERSION)
    throw fault(`it is a bundle of version ${schemaVersion}, and this zsharness reads version ${BUNDLE_VERSION}`)
  return readJson(dir, FILE.manifest, manifestSchema, fault)
}

/** Why the files are not those that the manifest lists; undefined when they are. */
export const whyNotListed = (listed: Manifest['files'], files: Unpacked['files']): string | undefined => {
  for (const [path, { sha256, bytes, executable }] of Object.entries(listed)) {
    const found = files.get(path)
    if (found === undefined) return `its manifest lists ${path}, which it lacks`
    if (found.sha256 !== sha256 || found.bytes !== bytes) return `${path} is not what its manifest says`
    if (found.executable !== executable) return `${path} has another mode than its manifest says`
  }
  const extra = [...files.keys()].find((path) => path !== FILE.manifest && !Object.hasOwn(listed, path))
  return extra === undefined ? undefined : `its manifest does not list ${extra}`
}

const IN_EVERY = [FILE.series, FILE.build, FILE.boot, FILE.initramfs, FILE.config, FILE.map]

const wantedOf = ({ manifest, build, boot }: Bundle): readonly string[] => [
  build.meta.image,
  ...boot.programs.map((_, index) => programFile(index)),
  ...(manifest.part === 'boot' ? [] : [FILE.vmlinux, FILE.log]),
]

/** Why the parts of a bundle contradict each other; undefined when they agree. */
export const whyContradicted = (bundle: Bundle): string | undefined => {
  const { manifest, build, series, boot } = bundle
  const { arch, leg, series: name } = manifest.cell
  const { meta, inputs, sources } = build
  const lacking = wantedOf(bundle).find((path) => !Object.hasOwn(manifest.files, path))
  if (lacking !== undefined) return `it lacks ${lacking}`
  if (meta.arch !== arch) return `its kernel is of ${meta.arch}, and its cell of ${arch}`
  if (meta.image !== imageFile(arch)) return `its kernel is in ${meta.image}, and not in ${imageFile(arch)}`
  if (manifest.files[meta.image]!.sha256 !== meta.imageHash) return 'its kernel is not the one that was built'
  if (manifest.kernel !== meta.key || keyOf(meta) !== meta.key)
    return `the key of its kernel is not that of what it was made from`
  if (inputs.toolchain !== meta.toolchain) return 'it names two compilers'
  if (series.name !== name) return `it has series ${series.name}, and its cell ${name}`
  const patches = series.legs[leg].map(({ sha256, reverse }) => `${reverse ? '-' : ''}${sha256}`)
  if (patches.join() !== inputs.patches.join()) return `its kernel was made with other patches than its series has`
  if ((build.baseline === null) === (leg === 'after')) return `it has the sources of another leg than ${leg}`
  const wrong = Object.entries(sources).find(([file, sha256]) => {
    const own = manifest.files[sourceFile(file)]
    return own !== undefined && own.sha256 !== sha256
  })
  if (wrong !== undefined) return `its ${wrong[0]} is not what its kernel was made from`
  const other = boot.programs.findIndex(({ sha256 }, index) => manifest.files[programFile(index)]!.sha256 !== sha256)
  return other < 0 ? undefined : `${programFile(other)} is not the program that was run`
}

/** The path of the kernel in a bundle of this architecture. */
export const imageFile = (arch: string): string => findArch(arch).imagePath.split('/').at(-1)!

/** Unpacks a bundle into an empty folder and checks it; a UsageError says what is wrong with it. */
export const openBundle = async (file: string, dir: string): Promise<Bundle> => {
  const fault = faultIn(file)
  const unpacked = await unpackBundle(file, dir, fault)
  const manifest = await readManifest(dir, unpacked, fault)
  const unlisted = whyNotListed(manifest.files, unpacked.files)
  if (unlisted !== undefined) throw fault(unlisted)
  const lacking = IN_EVERY.find((path) => !unpacked.files.has(path))
  if (lacking !== undefined) throw fault(`it lacks ${lacking}`)
  const series = await readJson(dir, FILE.series, resolvedSeriesSchema, fault)
  const build = await readJson(dir, FILE.build, buildSchema, fault)
  const boot = await readJson(dir, FILE.boot, bootSchema, fault)
  const bundle = { file, sha256: unpacked.sha256, dir, manifest, series, build, boot }
  const contradiction = whyContradicted(bundle)
  if (contradiction !== undefined) throw fault(contradiction)
  return bundle
}
