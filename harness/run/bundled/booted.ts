// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { FILE } from '../../bundle/names.ts'
import type { Bundle } from '../../bundle/open.ts'
import { readElf } from '../../lib/elf.ts'
import { UsageError } from '../../model/errors.ts'

/** Throws when the kernel that booted is not the one whose symbols the bundle has: nothing may be said about it then. */
export const requireBooted = ({ file, dir, manifest }: Bundle, release: string | undefined): void => {
  if (release === undefined || manifest.part === 'boot') return
  const named = /^Linux version (\S+)/.exec(readElf(join(dir, FILE.vmlinux)).banner ?? '')?.[1]
  if (named === release) return
  throw new UsageError(
    `${file}: the kernel that booted is ${release}, and its symbols are of ${named ?? 'no kernel'}`,
    'make the bundle again',
  )
}
