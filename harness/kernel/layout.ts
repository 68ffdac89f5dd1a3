// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { metaFile } from '../lib/cache/meta.ts'
import { exists } from '../lib/files/exists.ts'
import { BUILD_DIR } from './make.ts'

/** The cache's folder of build entries. */
export const buildsRoot = (cache: string): string => join(cache, 'builds')

/** The kernel's source within a build entry. */
export const sourceDir = (kernelDir: string): string => join(kernelDir, 'src')
/** kbuild's output folder within a build entry. */
export const objectDir = (kernelDir: string): string => join(sourceDir(kernelDir), BUILD_DIR)

/** Whether the kernel with this key is in the cache. */
export const isBuilt = (cache: string, key: string): Promise<boolean> => exists(metaFile(buildsRoot(cache), key))
