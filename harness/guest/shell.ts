// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '../lib/paths.ts'
import type { CpioEntry } from './cpio.ts'

/** The file that the guest's shell reads when it starts. */
export const SHELL_PROFILE = join(paths.guest, 'shell', 'profile')

/** What an initramfs needs for a shell: this busybox, and what tells its user how to go on. */
export const shellFiles = async (busybox: Uint8Array): Promise<readonly CpioEntry[]> => [
  { type: 'dir', path: 'bin', mode: 0o755 },
  { type: 'file', path: 'bin/busybox', mode: 0o755, data: busybox },
  { type: 'dir', path: 'shell', mode: 0o755 },
  { type: 'file', path: 'shell/profile', mode: 0o644, data: await readFile(SHELL_PROFILE) },
]
