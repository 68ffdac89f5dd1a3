// SPDX-License-Identifier: MIT

import { zstd } from '../lib/compress/zstdwrite.ts'
import { sha256Of } from '../lib/files/hash.ts'
import { BUNDLE_VERSION, jsonOf, type Manifest } from './model.ts'
import { FILE } from './names.ts'
import { type BundleFile, byPath, writeTar } from './tar.ts'

/** A bundle as bytes. */
export interface Packed {
  readonly bytes: Uint8Array
  readonly sha256: string
  /** The name of its file: equal bundles have equal names. */
  readonly name: string
}

/** The manifest of these files. */
export const manifestOf = (
  about: Pick<Manifest, 'part' | 'cell' | 'kernel'>,
  files: readonly BundleFile[],
): Manifest => ({
  schemaVersion: BUNDLE_VERSION,
  ...about,
  files: Object.fromEntries(
    [...files]
      .sort(byPath)
      .map(({ path, data, executable = false }) => [path, { sha256: sha256Of(data), bytes: data.length, executable }]),
  ),
})

const NAME_DIGITS = 16

/** Packs files with their manifest. Equal files make equal bytes. */
export const packBundle = async (
  about: Pick<Manifest, 'part' | 'cell' | 'kernel'>,
  files: readonly BundleFile[],
): Promise<Packed> => {
  const manifest = { path: FILE.manifest, data: Buffer.from(jsonOf(manifestOf(about, files))) }
  const bytes = await zstd(writeTar([...files, manifest]))
  const sha256 = sha256Of(bytes)
  const { arch, config, profile, leg } = about.cell
  return { bytes, sha256, name: `${arch}-${config}-${profile}-${leg}-${sha256.slice(0, NAME_DIGITS)}.tar.zst` }
}
