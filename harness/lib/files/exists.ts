// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { HostError } from '../../model/errors.ts'

// No file can have the path, or none has it: a part is missing, is a file, is too long, or links to itself.
const ABSENT = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE']

/**
 * Whether a file or folder has this path, after following links: a dangling link does not exist. Throws a HostError
 * when the host does not say, as for a path below a folder that this user may not search (EACCES).
 */
export const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (ABSENT.includes(code ?? '')) return false
    throw new HostError(
      `cannot look up ${path}: ${message}`,
      'make the folders above it readable and searchable for this user',
      error,
    )
  }
}
