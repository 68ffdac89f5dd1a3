// SPDX-License-Identifier: MIT
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { everyFileBelow } from '../lib/files/below.ts'
import { listFolder } from '../lib/files/listfolder.ts'
import { formatListing, type Listing, listingKey, parseListing } from '../lib/files/listing.ts'

// Two thirds of the bytes of a build folder.
const LINKED = [
  /^vmlinux(?:\.o|\.a|\.map|\.unstripped)?$/,
  /^\.tmp_vmlinux/,
  /^arch\/[^/]+\/boot\/(?:compressed\/)?(?:vmlinux(?:\.bin(?:\.\w+)?)?|piggy\.o|bzImage|Image(?:\.\w+)?)$/,
]

const targetOf = (path: string): string => {
  const [, target] = /^\.(.+)\.cmd$/.exec(basename(path)) ?? []
  return target === undefined ? path : join(dirname(path), target)
}

/** Whether the last steps of a build make this file of all its objects: when anything differs, they make it again. */
export const isLinked = (path: string): boolean => LINKED.some((one) => one.test(path) || one.test(targetOf(path)))

/** The files of a build folder that another build can take over, with their hashes. */
export const listObjects = (dir: string, signal: AbortSignal): Promise<Listing> =>
  listFolder(
    dir,
    [...everyFileBelow(dir)].filter((path) => !isLinked(path)),
    { signal },
  )

const listFile = (entry: string): string => join(entry, 'objects.list')

/** Keeps what `listObjects` found in a build entry; returns its hash. */
export const keepObjectList = async (entry: string, objects: Listing): Promise<string> => {
  await writeFile(listFile(entry), formatListing(objects), 'latin1')
  return listingKey(objects)
}

/** The list that an entry keeps; undefined when it is gone, or has not this hash. */
export const readObjectList = async (entry: string, hash: string): Promise<Listing | undefined> => {
  try {
    const objects = parseListing(await readFile(listFile(entry), 'latin1'))
    return listingKey(objects) === hash ? objects : undefined
  } catch {
    return undefined
  }
}
