// SPDX-License-Identifier: MIT
import { lstat, readdir, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { tempBeside } from '../../lib/files/atomic.ts'
import { readBounded } from '../../lib/files/bounded.ts'
import { exists } from '../../lib/files/exists.ts'
import type { Listing } from '../../lib/files/listing.ts'
import type { ListedFile } from '../../lib/files/look.ts'
import { parseVersion } from './version.ts'

/** The version in a kernel's top Makefile: 6.1.192, 6.2-rc4. */
export const versionOfMakefile = (makefile: string): string | undefined => {
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(.*?)[ \\t]*$`, 'm').exec(makefile)?.[1]
  const [major, minor] = [value('VERSION'), value('PATCHLEVEL')]
  if (!major || !minor) return undefined
  const patch = value('SUBLEVEL')
  return `${major}.${minor}${patch && patch !== '0' ? `.${patch}` : ''}${value('EXTRAVERSION') ?? ''}`
}

const MAX_MIB = 4

export type KernelCheck = { readonly version: string } | { readonly missing: string }

/** The version of the kernel source in `dir`, or why it is not a kernel source. */
export const checkKernel = async (dir: string): Promise<KernelCheck> => {
  const path = join(dir, 'Makefile')
  // A link could lead to a device.
  const isFile = (await lstat(path).catch(() => undefined))?.isFile() === true
  const makefile = isFile ? await readBounded(path, MAX_MIB).catch(() => undefined) : undefined
  if (makefile === undefined) return { missing: 'it has no Makefile' }
  const version = versionOfMakefile(makefile.toString('utf8'))
  if (version === undefined) return { missing: 'its Makefile sets no VERSION and PATCHLEVEL' }
  if (parseVersion(version) === undefined)
    return { missing: `its Makefile sets the version ${JSON.stringify(version)}` }
  for (const name of ['Kconfig', 'mm']) if (!(await exists(join(dir, name)))) return { missing: `it has no ${name}` }
  return { version }
}

/** The version of the kernel source with these files, or why it is none; `read` returns the text of one. */
export const checkListing = async (
  listing: Listing,
  read: (file: ListedFile) => Promise<string>,
): Promise<KernelCheck> => {
  const files = new Map(listing.map((file) => [file.path, file]))
  const makefile = files.get('Makefile')
  // A link could lead to a device.
  if (!makefile || makefile.kind === 'l') return { missing: 'it has no Makefile' }
  const version = versionOfMakefile(await read(makefile))
  if (version === undefined) return { missing: 'its Makefile sets no VERSION and PATCHLEVEL' }
  if (parseVersion(version) === undefined)
    return { missing: `its Makefile sets the version ${JSON.stringify(version)}` }
  if (!files.has('Kconfig')) return { missing: 'it has no Kconfig' }
  if (!listing.some(({ path }) => path.startsWith('mm/'))) return { missing: 'it has no mm' }
  return { version }
}

/** Removes the single top folder that most archives have. */
export const hoist = async (dir: string): Promise<void> => {
  const [top, ...others] = await readdir(dir)
  if (top === undefined || others.length > 0 || !(await stat(join(dir, top))).isDirectory()) return
  // It may contain a folder of the same name.
  const aside = tempBeside(join(dir, '.hoist'))
  await rename(join(dir, top), aside)
  for (const name of await readdir(aside)) await rename(join(aside, name), join(dir, name))
  await rmdir(aside)
}
