// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { packageRoot, paths } from '../lib/paths.ts'

const FOLDERS = [join(packageRoot, 'dist'), paths.guest, paths.kconfigs, paths.patches]

const filesOf = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** A hash of every file of zsharness that a result depends on: two machines with the same one test alike. */
export const codeKey = async (folders: readonly string[] = FOLDERS): Promise<string> => {
  const files = (await Promise.all(folders.map(filesOf))).flat()
  const names = files.map((file) => [relative(packageRoot, file), file] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines: string[] = []
  for (const [name, file] of names) lines.push(`${name} ${await hashFile(file)}`)
  return contentKey(...lines)
}
