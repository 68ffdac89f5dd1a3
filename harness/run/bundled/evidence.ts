// SPDX-License-Identifier: MIT
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CELL, PATCHES } from '../../bundle/names.ts'
import { isBundlePath } from '../../bundle/path.ts'
import type { BundleFile } from '../../bundle/tar.ts'
import type { CellResult } from '../../model/results.ts'

/** What the boot of a cell has shown, for somebody who gets its bundle. */
export interface Evidence {
  /** Its verdict and why, in one line. */
  readonly verdict: string
  readonly files: readonly BundleFile[]
}

const namesIn = async (dir: string, suffix: string): Promise<readonly string[]> =>
  (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(suffix)).sort()

// A link in a folder from somebody else could bring any file of this host into what is given away.
const contentOf = async (file: string): Promise<Buffer | undefined> => {
  const found = await lstat(file).catch(() => undefined)
  return found?.isFile() ? readFile(file).catch(() => undefined) : undefined
}

/** Files of a folder of the run by their path in the bundle; those that are gone are left out. */
const filesOf = async (dir: string, names: readonly string[], folder: string): Promise<readonly BundleFile[]> => {
  const found = await Promise.all(
    names.map(async (name) => {
      const path = `${folder}/${name}`
      const data = isBundlePath(path) ? await contentOf(join(dir, name)) : undefined
      return data === undefined ? [] : [{ path, data }]
    }),
  )
  return found.flat()
}

/** Reads what a run's folder has of a cell: its console, records and reports of the kernel, and the patches. */
export const evidenceOf = async (
  runDir: string,
  { id, verdict, reason }: Pick<CellResult, 'id' | 'verdict' | 'reason'>,
): Promise<Evidence> => {
  const cellDir = join(runDir, 'cells', id)
  const [patches, splats] = [join(runDir, 'patches'), join(cellDir, 'splats')]
  const files = await Promise.all([
    filesOf(patches, await namesIn(patches, '.patch'), PATCHES),
    filesOf(cellDir, ['console.log', 'records.jsonl'], CELL),
    filesOf(splats, await namesIn(splats, '.txt'), `${CELL}/splats`),
  ])
  return { verdict: `${verdict}: ${reason}`, files: files.flat() }
}
