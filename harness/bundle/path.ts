// SPDX-License-Identifier: MIT

const MAX_PATH = 200
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.+@,-]*$/
// kbuild's own file, the only one that begins with a dot.
const DOT_CONFIG = '.config'

/** Whether a bundle may hold a file of this path: relative, below its folder, and of plain characters. */
export const isBundlePath = (path: string): boolean =>
  path.length <= MAX_PATH && path.split('/').every((part) => PART.test(part) || part === DOT_CONFIG)

/** Whether a path of the sources, joined to a folder, is below that folder. A name of the kernel may have any character. */
export const staysBelow = (path: string): boolean =>
  path.length <= MAX_PATH &&
  !path.includes('\0') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
