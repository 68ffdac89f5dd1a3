// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { UsageError } from '../../model/errors.ts'

/** Throws where the file that an option names is a folder. */
export const requireNoFolder = async (option: string, output: string): Promise<void> => {
  if (!(await stat(output).catch(() => undefined))?.isDirectory()) return
  throw new UsageError(`${option} ${output}: is a folder`, 'give the name of a file')
}
