// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { contentKey, hashFile } from '../../lib/files/hash.ts'
import { UsageError } from '../../model/errors.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import type { TreeSpec } from './spec.ts'
import { fillFromArchive, obtainTreeEntry } from './store.ts'

/** The tree of `tar:PATH`, keyed by the archive's sha256. */
export const obtainTar = async (spec: Extract<TreeSpec, { kind: 'tar' }>, options: TreeOptions): Promise<TreeEntry> => {
  const file = resolve(spec.path)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile())
    throw new UsageError(
      `--tree ${spec.text}: ${found ? 'is not a file' : 'does not exist'}`,
      found?.isDirectory()
        ? `for an unpacked kernel use dir:${spec.path}`
        : 'give the path of a .tar, .tar.gz or .tar.xz',
    )
  const fault = (message: string): UsageError =>
    new UsageError(
      `--tree ${spec.text}: ${message}`,
      'download the archive again and compare its sha256 with the published one',
    )
  const sha256 = await hashFile(file)
  const fill = async (staging: string): Promise<string> => {
    await fillFromArchive(file, staging, fault, options)
    return `${basename(file)}, sha256 ${sha256}`
  }
  return obtainTreeEntry(spec.text, contentKey('tar', sha256), fill, fault, options)
}
