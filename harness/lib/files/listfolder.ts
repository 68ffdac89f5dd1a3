// SPDX-License-Identifier: MIT
import { type Listing, toListing } from './listing.ts'
import { type BytePath, type ListedFile, lookAt } from './look.ts'
import { eachPaced } from './paced.ts'
import type { StatIndex } from './statindex.ts'

/** The listing of these files of a folder. Reads each whose hash the index does not know; all of them without one. */
export const listFolder = async (
  dir: string,
  paths: Iterable<BytePath>,
  { signal, index }: { readonly signal: AbortSignal; readonly index?: StatIndex | undefined },
): Promise<Listing> => {
  const look = (path: BytePath): ListedFile => index?.look(path) ?? lookAt(dir, path)
  const files: ListedFile[] = []
  await eachPaced([...new Set(paths)].sort(), signal, (path) => {
    const { kind, hash } = look(path)
    files.push({ path, kind, hash })
  })
  return toListing(files)
}
