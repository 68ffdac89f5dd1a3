// SPDX-License-Identifier: MIT
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { errorInCode } from '../kernel/compile.ts'
import { hostCause } from '../kernel/hostcause.ts'
import { sourceDir } from '../kernel/layout.ts'
import { makeArgs, runCompiler, runMake } from '../kernel/make.ts'
import type { Kernel } from '../kernel/model.ts'
import { parseDiagnostic } from '../kernel/output.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile, sha256Of } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { describeEnd, type ProcessResult, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { type CpioEntry, newcArchive } from './cpio.ts'

/** What the cache stores about a guest entry. */
export interface GuestMeta {
  readonly key: string
  /** sha256 of the initramfs. */
  readonly hash: string
}

/** The name of the archive in a guest entry. */
export const INITRAMFS = 'initramfs.cpio'

const sourcesBelow = async (dir: string, accept: (file: string) => boolean): Promise<readonly string[]> =>
  (await readdir(dir))
    .filter(accept)
    .sort()
    .map((file) => join(dir, file))

const isC = (file: string): boolean => file.endsWith('.c')
const isSource = (file: string): boolean => /\.[ch]$|^Kbuild$/.test(file)

const programSources = async (): Promise<readonly string[]> =>
  (await Promise.all([paths.guest, join(paths.guest, 'lanes')].map((dir) => sourcesBelow(dir, isC)))).flat()

const moduleFolders = async (): Promise<readonly string[]> =>
  (await readdir(join(paths.guest, 'modules'))).sort().map((name) => join(paths.guest, 'modules', name))

const allSources = async (): Promise<readonly string[]> => {
  const dirs = [paths.guest, join(paths.guest, 'lanes'), ...(await moduleFolders())]
  return (await Promise.all(dirs.map((dir) => sourcesBelow(dir, isSource)))).flat()
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

// It includes nothing of the kernel's, so a failure is the host's.
const compileInit = async (cc: string, out: string, signal: AbortSignal): Promise<void> => {
  const flags = ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread', '-I', paths.guest]
  const argv = [cc, ...flags, '-o', out, ...(await programSources())]
  const { ended, tail } = await runCompiler(argv, { signal })
  if (succeeded(ended)) return
  if (ended.by === 'abort') throw new InterruptedError()
  throw new HostError(
    `the build of the guest's init ${describeEnd(ended)}:\n${tail.slice(-15).join('\n')}`,
    hostCause(tail)?.hint ?? 'run: npx zsharness doctor',
  )
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
  const hashes = await Promise.all(
    (await allSources()).map(async (file) => `${basename(file)} ${await hashFile(file)}`),
  )
  const key = `${arch.name}-${contentKey('3', kernel.meta.interface, toolchain.version, ...hashes)}`
  const { signal } = context
  const make = async (staging: string): Promise<GuestMeta> => {
    const init = join(staging, 'init')
    await mkdir(staging, { recursive: true })
    await compileInit(toolchain.cc, init, signal)
    const modules: { path: string; data: Uint8Array }[] = []
    for (const folder of await moduleFolders())
      modules.push(await compileModule(folder, kernel, arch, toolchain, staging, signal))
    const made = archive(await readFile(init), modules)
    await writeFile(join(staging, INITRAMFS), made)
    return { key, hash: sha256Of(made) }
  }
  const isIntact = async (dir: string, { hash }: GuestMeta): Promise<boolean> =>
    (await hashFile(join(dir, INITRAMFS)).catch(() => undefined)) === hash
  return obtain<GuestMeta>(join(cache, 'guests'), key, make, { signal, isIntact })
}
