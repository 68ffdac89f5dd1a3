// SPDX-License-Identifier: MIT
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { errorInCode } from '../kernel/compile.ts'
import { sourceDir } from '../kernel/layout.ts'
import { makeArgs, runMake } from '../kernel/make.ts'
import type { Kernel } from '../kernel/model.ts'
import { parseDiagnostic } from '../kernel/output.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile, sha256Of } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { type ProcessResult, succeeded } from '../lib/process/run.ts'
import { together } from '../lib/together.ts'
import type { Context } from '../model/events.ts'
import { type CpioEntry, newcArchive } from './cpio.ts'
import { hashesOf, INIT, obtainInit, sourcesBelow } from './init.ts'

/** What the cache stores about a guest entry. */
export interface GuestMeta {
  readonly key: string
  /** sha256 of the initramfs. */
  readonly hash: string
}

/** The name of the archive in a guest entry. */
export const INITRAMFS = 'initramfs.cpio'

const moduleFolders = async (): Promise<readonly string[]> =>
  (await readdir(join(paths.guest, 'modules'))).sort().map((name) => join(paths.guest, 'modules', name))

const moduleSources = async (): Promise<readonly string[]> => {
  const isSource = (file: string): boolean => /\.[ch]$|^Kbuild$/.test(file)
  return (await Promise.all((await moduleFolders()).map((dir) => sourcesBelow(dir, isSource)))).flat()
}

/**
 * A module of the guest does not compile against this kernel, and the host is not the cause. The kernel itself builds: a
 * patch may have renamed what only our module uses, so this is no failure of the kernel either.
 */
export class GuestBuildError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'GuestBuildError'
  }
}

const failModule = (name: string, copy: string, result: ProcessResult): never => {
  const error = errorInCode(
    result,
    result.tail.flatMap((line) => parseDiagnostic(line) ?? []),
  )
  throw new GuestBuildError(
    `the guest's module ${name} does not compile against this kernel: ${error.replaceAll(`${copy}/`, '')}`,
  )
}

const compileModule = async (
  folder: string,
  kernel: Kernel,
  arch: Arch,
  toolchain: Toolchain,
  staging: string,
  signal: AbortSignal,
) => {
  const name = basename(folder)
  const copy = join(staging, name)
  await cp(folder, copy, { recursive: true })
  const argv = makeArgs(sourceDir(kernel.dir), arch, toolchain, [`M=${copy}`, 'modules'])
  const place = { readable: [sourceDir(kernel.dir)], writable: [copy] }
  const result = await runMake(argv, place, { signal })
  if (!succeeded(result.ended)) failModule(name, copy, result)
  return { path: `modules/${name}.ko`, data: await readFile(join(copy, `${name}.ko`)) }
}

const archive = (init: Uint8Array, modules: readonly { path: string; data: Uint8Array }[]): Uint8Array => {
  const entries: CpioEntry[] = [
    { type: 'dir', path: 'dev', mode: 0o755 },
    // The kernel opens it for init before anything is mounted.
    { type: 'char', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { type: 'dir', path: 'modules', mode: 0o755 },
    { type: 'file', path: 'init', mode: 0o755, data: init },
    ...modules.map((module) => ({ type: 'file', mode: 0o644, ...module }) as const),
  ]
  return newcArchive(entries)
}

/** The initramfs for a kernel: the static init with its lanes, and the modules. Kernels with one interface share it. */
export const obtainInitramfs = async (
  kernel: Kernel,
  arch: Arch,
  toolchain: Toolchain,
  cache: string,
  context: Context,
): Promise<Entry<GuestMeta>> => {
  const { signal } = context
  await using init = await obtainInit(arch, toolchain, cache, context)
  const hashes = await hashesOf(await moduleSources())
  const key = `${arch.name}-${contentKey('4', kernel.meta.interface, toolchain.version, init.meta.hash, ...hashes)}`
  const make = async (staging: string): Promise<GuestMeta> => {
    await mkdir(staging, { recursive: true })
    const folders = await moduleFolders()
    const modules = await together(
      ...folders.map((folder) => compileModule(folder, kernel, arch, toolchain, staging, signal)),
    )
    const made = archive(await readFile(join(init.dir, INIT)), modules)
    await writeFile(join(staging, INITRAMFS), made)
    return { key, hash: sha256Of(made) }
  }
  const isIntact = async (dir: string, { hash }: GuestMeta): Promise<boolean> =>
    (await hashFile(join(dir, INITRAMFS)).catch(() => undefined)) === hash
  return await obtain<GuestMeta>(join(cache, 'guests'), key, make, { signal, isIntact })
}
