// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../lib/files/exists.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { type Listing, listingKey } from '../lib/files/listing.ts'
import { BUILD_DIR } from './make.ts'
import { hashFolder } from './seed.ts'

// What no module is compiled from: code that only the kernel has, and texts.
const isOnlyKernels = (path: string): boolean =>
  /^Documentation\//.test(path) || (/\.[cS]$/.test(path) && !/^(?:scripts|tools)\//.test(path))

/** The folders of headers that a build generates. */
const generatedIn = async (dir: string): Promise<readonly string[]> => {
  const archs = (await readdir(join(dir, 'arch')).catch(() => [])).sort()
  return ['include/generated', 'include/config', ...archs.map((arch) => `arch/${arch}/include/generated`)]
}

/**
 * A hash of all that a module is compiled from: headers and rules, what the build generated of them, and the symbols that
 * the kernel exports. A module fits each kernel with the same one.
 */
export const moduleInterface = async (src: string, source: Listing, signal: AbortSignal): Promise<string> => {
  const dir = join(src, BUILD_DIR)
  const parts = [listingKey(source.filter(({ path }) => !isOnlyKernels(path)))]
  for (const folder of (await generatedIn(dir)).map((name) => join(dir, name)))
    parts.push((await exists(folder)) ? await hashFolder(folder, signal) : 'none')
  const symbols = join(dir, 'Module.symvers')
  parts.push((await exists(symbols)) ? await hashFile(symbols) : 'none')
  return contentKey(...parts)
}
