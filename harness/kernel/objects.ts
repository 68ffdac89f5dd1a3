// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readTextBytes } from '../lib/elf.ts'
import { exists } from '../lib/files/exists.ts'
import type { ObjectSize } from '../model/results.ts'
import { objectDir, sourceDir } from './layout.ts'
import type { Kernel } from './model.ts'

/** Bytes of text of each object; null for one that is not in this kernel. */
export type TextSizes = ReadonlyMap<string, number | null>

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** Whether kbuild lists this object in its folder's archive or among the modules. */
export const isListed = (object: string, archive: string, modules: string): boolean =>
  archive.split(/\s+/).some((word) => word === object || word === basename(object)) ||
  modules.split(/\s+/).some((word) => word.replace(/\.ko$/, '.o') === object)

/** Whether kbuild lists this object as a part of the kernel in this build folder. */
export const isPartOf = async (dir: string, object: string): Promise<boolean> => {
  const archive = await textOf(join(dir, dirname(object), '.built-in.a.cmd'))
  return isListed(object, archive, await textOf(join(dir, 'modules.order')))
}

// A build folder starts as a copy of another config's, so an object in it may not be part of this kernel.
const isBuilt = async (dir: string, object: string): Promise<boolean> =>
  (await isPartOf(dir, object)) && exists(join(dir, object))

/** The text sizes of the objects of `sources`, as far as they are C or assembly files of the kernel's tree. */
export const textSizesOf = async (kernel: Kernel, sources: readonly string[]): Promise<TextSizes> => {
  const dir = objectDir(kernel.dir)
  const sizes = new Map<string, number | null>()
  for (const source of sources.filter((name) => /\.[cS]$/.test(name))) {
    if (!(await exists(join(sourceDir(kernel.dir), source)))) continue
    const object = source.replace(/\.[cS]$/, '.o')
    sizes.set(object, (await isBuilt(dir, object)) ? readTextBytes(join(dir, object)) : null)
  }
  return sizes
}

/** Each object's size with and, if known, without the patch. */
export const objectSizes = (own: TextSizes, before: TextSizes | undefined): readonly ObjectSize[] =>
  [...own].map(([file, textBytes]) => ({ file, textBytes, textBytesBefore: before?.get(file) ?? null }))
