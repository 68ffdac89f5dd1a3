// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'

const FOLDERS = ['arch', 'block', 'drivers', 'fs', 'include', 'init', 'ipc', 'kernel', 'lib', 'mm', 'net', 'security']

/** The files of a source that include a header of this name. */
export const usersOf = async (src: string, header: string): Promise<readonly string[]> => {
  const name = basename(header).replaceAll('.', '\\.')
  const pattern = `^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*/)?${name}[>"]`
  // A folder that a tree does not have is no error.
  const { stdout, stderr, exitCode } = await sh({ cwd: src })`grep -rlsE --include=*.[chS] ${pattern} ${FOLDERS}`
  if (exitCode === null || exitCode > 2 || stderr !== '')
    throw new HostError(`grep: ${stderr.trim()}`, 'check the cache folder')
  return stdout.split('\n').filter((line) => line !== '')
}

/** Users of a header that are not explored, in words; undefined when there are none. Pure. */
export const unexploredUsers = (
  header: string,
  users: readonly string[],
  objects: readonly string[],
): string | undefined => {
  const others = users.filter((file) => file !== header && !objects.includes(file.replace(/\.c$/, '.o')))
  if (users.length === others.length) return header
  const [first, ...rest] = others
  if (first === undefined) return undefined
  return `${header} for ${first}${rest.length === 0 ? '' : ` and ${rest.length} more`}`
}
