// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { objectDir } from '../../kernel/layout.ts'
import type { Kernel } from '../../kernel/model.ts'
import type { Toolchain } from '../../kernel/toolchain.ts'
import { hashFile } from '../../lib/files/hash.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'

// The build id is a hash over the debug information too, and the table of BUG sites holds line numbers: both
// change with a comment.
const NOT_CODE = ['.notes', '__bug_table', '.rela*'].flatMap((section) => ['--remove-section', section])

/** A hash of what the kernel loads and runs, the same for sources that differ in comments only. */
export const objectCode = async (kernel: Kernel, toolchain: Toolchain): Promise<string> => {
  const scratch = await mkdtemp(join(tmpdir(), 'zsharness-code-'))
  try {
    const [from, to] = [join(objectDir(kernel.dir), 'vmlinux'), join(scratch, 'code')]
    const { exitCode, stderr } = await sh`${toolchain.prefix}objcopy -O binary --strip-debug ${NOT_CODE} ${from} ${to}`
    if (exitCode !== 0) throw new HostError(`objcopy: ${stderr.trim()}`, 'install binutils')
    return await hashFile(to)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
