// SPDX-License-Identifier: MIT
import { type Listing, toListing } from './listing.ts'
import type { BytePath, ListedFile } from './look.ts'
import { lookAtAll } from './lookall.ts'
import { eachPaced } from './paced.ts'
import type { StatIndex } from './statindex.ts'

/** The listing of these files of a folder. Reads each whose hash the index does not know; all of them without one. */
export const listFolder = async (
  dir: string,
  paths: Iterable<BytePath>,
  { signal, index }: { readonly signal: AbortSignal; readonly index?: StatIndex | undefined },
): Promise<Listing> => {
  const files: ListedFile[] = []
  const unknown: BytePath[] = []
  await eachPaced([...new Set(paths)].sort(), signal, (path) => {
    const known = index?.known(path)
    if (known) files.push(known)
    else unknown.push(path)
  })
  await lookAtAll(dir, unknown, signal, (seen) => {
    index?.learn(seen)
    const { path, kind, hash } = seen
    files.push({ path, kind, hash })
  })
  return toListing(files)
}
