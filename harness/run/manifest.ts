// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeAtomic } from '../lib/files/atomic.ts'
import { hashFile } from '../lib/files/hash.ts'

const MANIFEST = 'manifest.sha256'

/** The files of a run but the manifest, sorted. */
const filesOf = async (runDir: string): Promise<readonly string[]> => {
  const entries = await readdir(runDir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST)
    .map((entry) => relative(runDir, join(entry.parentPath, entry.name)))
    .sort()
}

const lineOf = async (runDir: string, file: string): Promise<string> =>
  `${await hashFile(join(runDir, file))}  ${file}\n`

/** Writes the sha256 of every file of the run, for `sha256sum -c`. */
export const writeManifest = async (runDir: string): Promise<void> => {
  const lines = await Promise.all((await filesOf(runDir)).map((file) => lineOf(runDir, file)))
  await writeAtomic(join(runDir, MANIFEST), lines.join(''))
}

/** Why the files of a run are not those of its manifest; undefined when they are. */
export const whyNotManifest = async (runDir: string): Promise<string | undefined> => {
  const text = await readFile(join(runDir, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) return `it has no ${MANIFEST}`
  const listed = text.split(/(?<=\n)/)
  const files = await filesOf(runDir)
  const found = await Promise.all(files.map((file) => lineOf(runDir, file)))
  const odd = files.find((_, index) => !listed.includes(found[index]!))
  if (odd !== undefined) return `${odd} is not what its ${MANIFEST} says`
  const gone = listed.find((line) => !found.includes(line))
  return gone === undefined ? undefined : `its ${MANIFEST} lists ${gone.slice(66).trim()}, which it lacks`
}
