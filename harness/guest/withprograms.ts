// SPDX-License-Identifier: MIT
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTempDir } from '../lib/files/temp.ts'
import { newcArchive } from './cpio.ts'
import { INITRAMFS } from './initramfs.ts'
import { type Program, programFiles } from './programs.ts'

/**
 * Calls `use` with the initramfs of a guest and the programs in it. The kernel unpacks one archive after another, so a
 * program that was edited needs no other guest.
 */
export const withPrograms = async <T>(
  guestDir: string,
  programs: readonly Program[],
  processes: number,
  use: (initramfs: string) => Promise<T>,
): Promise<T> => {
  const plain = join(guestDir, INITRAMFS)
  if (programs.length === 0) return use(plain)
  return inTempDir('initramfs', async (dir) => {
    const path = join(dir, INITRAMFS)
    await writeFile(path, Buffer.concat([await readFile(plain), newcArchive(programFiles(programs, processes))]))
    return use(path)
  })
}
