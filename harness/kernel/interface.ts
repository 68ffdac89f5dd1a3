// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../lib/files/exists.ts'
import { contentKey, hashFile } from '../lib/files/hash.ts'
import { type Listing, listingKey } from '../lib/files/listing.ts'
import { sh } from '../lib/process/sh.ts'
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

const SYMBOLS = 'Module.symvers'

/**
 * A hash of all that a module is compiled from: headers and rules, what the build generated of them, and the symbols that
 * the kernel exports. A module fits each kernel with the same one.
 */
export const moduleInterface = async (src: string, source: Listing, signal: AbortSignal): Promise<string> => {
  const dir = join(src, BUILD_DIR)
  const parts = [listingKey(source.filter(({ path }) => !isOnlyKernels(path)))]
  for (const folder of (await generatedIn(dir)).map((name) => join(dir, name)))
    parts.push((await exists(folder)) ? await hashFolder(folder, signal) : 'none')
  const symbols = join(dir, SYMBOLS)
  parts.push((await exists(symbols)) ? await hashFile(symbols) : 'none')
  return contentKey(...parts)
}

// The times of files lag behind the clock by a tick of the host's kernel.
const TICK_MS = 20

/**
 * Whether the build has written a file that modules are made of, or with, since then: by its ctime, which no program sets.
 */
export const wasTouched = async (src: string, sinceMs: number): Promise<boolean> => {
  const dir = join(src, BUILD_DIR)
  const wanted = [...(await generatedIn(dir)), SYMBOLS, 'scripts', 'tools']
  const there = (await Promise.all(wanted.map((name) => exists(join(dir, name))))).flatMap((is, at) =>
    is ? [wanted[at]!] : [],
  )
  const since = `@${(sinceMs - TICK_MS) / 1000}`
  const { stdout, exitCode } = await sh({ cwd: dir })`find ${there} -type f -newerct ${since} -print -quit`
  return exitCode !== 0 || stdout !== ''
}
