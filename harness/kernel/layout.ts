// SPDX-License-Identifier: MIT
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { BUILD_DIR } from './make.ts'

export const buildsRoot = (cache: string): string => join(cache, 'builds')

/** The kernel's source and its build folder within a build entry. */
export const sourceDir = (kernelDir: string): string => join(kernelDir, 'src')
export const objectDir = (kernelDir: string): string => join(sourceDir(kernelDir), BUILD_DIR)

/** Whether the kernel with this key is in the cache. */
export const isBuilt = (cache: string, key: string): Promise<boolean> =>
  access(join(buildsRoot(cache), `${key}.json`)).then(
    () => true,
    () => false,
  )
