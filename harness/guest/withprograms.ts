// SPDX-License-Identifier: MIT
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTempDir } from '../lib/files/temp.ts'
import { type CpioEntry, newcArchive } from './cpio.ts'
import { type HoldPlan, holdEntries } from './holds.ts'
import { INITRAMFS } from './initramfs.ts'
import { type Program, programFiles } from './programs.ts'

/**
 * Calls `use` with the initramfs of a guest, the hold points, the programs and `more` in it. The kernel unpacks one archive after
 * another, so other points, or a program that was edited, need no other guest.
 */
export const withPrograms = async <T>(
  guestDir: string,
  programs: readonly Program[],
  processes: number,
  holds: HoldPlan,
  use: (initramfs: string) => Promise<T>,
  more: readonly CpioEntry[] = [],
): Promise<T> => {
  const plain = join(guestDir, INITRAMFS)
  const ofPrograms = programs.length === 0 ? [] : programFiles(programs, processes)
  const added = [...holdEntries(holds), ...ofPrograms, ...more]
  if (added.length === 0) return use(plain)
  return inTempDir('initramfs', async (dir) => {
    const path = join(dir, INITRAMFS)
    await writeFile(path, Buffer.concat([await readFile(plain), newcArchive(added)]))
    return use(path)
  })
}
