// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UsageError } from '../../model/errors.ts'

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

/** Throws where the file that an option names is a folder, or is in none. */
export const requireOutput = async (option: string, output: string): Promise<void> => {
  if (await isFolder(output)) throw new UsageError(`${option} ${output}: is a folder`, 'give the name of a file')
  const folder = dirname(output)
  // A typing error must not become a new folder.
  if (!(await isFolder(folder)))
    throw new UsageError(`${option} ${output}: there is no folder ${folder}`, 'make it first, or give another name')
}
