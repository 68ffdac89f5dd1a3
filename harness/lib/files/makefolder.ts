// SPDX-License-Identifier: MIT
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * Makes a folder, and those that it is in; one that is there is well. Node's own never ends in /proc, which refuses any
 * folder with ENOENT.
 */
export const makeFolder = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      if ((await stat(dir)).isDirectory()) return
      throw error
    }
    if (codeOf(error) !== 'ENOENT' || (await stat(dirname(dir)).catch(() => undefined))) throw error
    await makeFolder(dirname(dir))
    await mkdir(dir)
  }
}
