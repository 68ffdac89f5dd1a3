// SPDX-License-Identifier: MIT
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file below a folder, or what is there and is no file, or cannot be read. */
export interface Found {
  readonly path: string
  readonly problem?: string
  /** A pipe, a socket or a device: opening it could wait for ever. */
  readonly isSpecial?: true
}

async function* folder(dir: string, seen: Set<string>): AsyncGenerator<Found> {
  // By code units: the order must not depend on the user's language.
  const names = (await readdir(dir)).sort()
  for (const name of names) yield* look(join(dir, name), seen)
}

async function* look(path: string, seen: Set<string>): AsyncGenerator<Found> {
  try {
    const found = await stat(path)
    const key = `${found.dev}:${found.ino}`
    const isKnown = seen.has(key)
    seen.add(key)
    if (found.isDirectory()) {
      if (!isKnown) yield* folder(path, seen)
    } else if (!found.isFile()) yield { path, problem: 'not a file', isSpecial: true }
    else if (!isKnown || !(await lstat(path)).isSymbolicLink()) yield { path }
  } catch (error) {
    yield { path, problem: (error as Error).message }
  }
}

/** Yields the files of a folder and of those below it, in the order of their names. Links to what was read are skipped. */
export const filesBelow = (dir: string): AsyncGenerator<Found> => look(dir, new Set())
