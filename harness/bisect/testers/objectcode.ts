// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { objectDir } from '../../kernel/layout.ts'
import type { Kernel } from '../../kernel/model.ts'
import type { Toolchain } from '../../kernel/toolchain.ts'
import { hashFile } from '../../lib/files/hash.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'

// Both change with a comment: the build id hashes the debug information too, and the table of BUG sites holds line
// numbers.
const NOT_CODE = ['.notes', '__bug_table', '.rela*'].flatMap((section) => ['--remove-section', section])

/** A hash of the code and data that the kernel loads, equal for sources that differ only in comments. */
export const objectCode = (kernel: Kernel, toolchain: Toolchain): Promise<string> =>
  inTempDir('code', async (scratch) => {
    const [from, to] = [join(objectDir(kernel.dir), 'vmlinux'), join(scratch, 'code')]
    const { exitCode, stderr } = await sh`${toolchain.prefix}objcopy -O binary --strip-debug ${NOT_CODE} ${from} ${to}`
    if (exitCode !== 0) throw new HostError(`objcopy: ${stderr.trim()}`, 'install binutils')
    return hashFile(to)
  })
