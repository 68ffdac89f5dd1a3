// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { contentKey, hashFile } from './files/hash.ts'
import { paths } from './paths.ts'

/** The code that runs: `dist`, or `harness` itself. */
const CODE = resolve(import.meta.dirname, '..')

// What is only for tests, and what only describes types, decides nothing.
const isCode = (name: string): boolean => /(?<!\.d|\.test)\.[jt]sx?$/.test(name) && !name.startsWith('testing/')

const everyFile = (): boolean => true

const linesOf = async (dir: string, isWanted: (name: string) => boolean): Promise<readonly string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter(isWanted)
    .sort()
  const lines: string[] = []
  for (const name of names) lines.push(`${name} ${await hashFile(join(dir, name))}`)
  return lines
}

/** The folders whose files decide what is built, what the guest runs and how it is judged. */
export const CODE_FOLDERS = { code: CODE, guest: paths.guest, kconfigs: paths.kconfigs } as const

/** A hash of these folders: of the code and of all that is not a series. */
export const codeIn = async (folders: Readonly<Record<keyof typeof CODE_FOLDERS, string>>): Promise<string> =>
  contentKey(
    ...['code', ...(await linesOf(folders.code, isCode))],
    ...['guest', ...(await linesOf(folders.guest, everyFile))],
    ...['kconfigs', ...(await linesOf(folders.kconfigs, everyFile))],
  )

let known: Promise<string> | undefined

/** What this zsharness is, by its content: two with the same one make the same of the same inputs. */
export const ownCode = (): Promise<string> => {
  known ??= codeIn(CODE_FOLDERS)
  return known
}
