// SPDX-License-Identifier: MIT
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { errorInCode } from '../kernel/compile.ts'
import { sourceDir } from '../kernel/layout.ts'
import type { WhileLinked } from '../kernel/linking.ts'
import { makeArgs, runMake } from '../kernel/make.ts'
import type { Kernel } from '../kernel/model.ts'
import { parseDiagnostic } from '../kernel/output.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { type Entry, obtain } from '../lib/cache/store.ts'
import { contentKey, hashFile, sha256Of } from '../lib/files/hash.ts'
import { paths } from '../lib/paths.ts'
import { inPhase } from '../lib/phase.ts'
import { type ProcessResult, succeeded } from '../lib/process/run.ts'
import { together } from '../lib/together.ts'
import { HostError } from '../model/errors.ts'
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

/** What the modules are compiled from. */
interface Against {
  /** The folder of the kernel's source, with its build folder in it. */
  readonly src: string
  readonly interface: string
  readonly arch: Arch
  readonly toolchain: Toolchain
}

/** A module in the initramfs. */
interface Module {
  readonly path: string
  readonly data: Uint8Array
}

const compileModule = async (
  folder: string,
  { src, arch, toolchain }: Against,
  staging: string,
  signal: AbortSignal,
  before: readonly string[] = [],
): Promise<Module> => {
  const name = basename(folder)
  const copy = join(staging, name)
  await cp(folder, copy, { recursive: true })
  const argv = [...before, ...makeArgs(src, arch, toolchain, [`M=${copy}`, 'modules'])]
  const result = await runMake(argv, { readable: [src], writable: [copy] }, { signal })
  if (!succeeded(result.ended)) failModule(name, copy, result)
  return { path: `modules/${name}.ko`, data: await readFile(join(copy, `${name}.ko`)) }
}

/** Compiles the modules in a folder. */
type Compile = (against: Against, staging: string, signal: AbortSignal) => Promise<readonly Module[]>

const allAtOnce: Compile = async (against, staging, signal) =>
  together(...(await moduleFolders()).map((folder) => compileModule(folder, against, staging, signal)))

// The link keeps one CPU busy, and goes first.
const GIVES_WAY = ['nice', '-n', '19']

const oneByOne: Compile = async (against, staging, signal) => {
  const modules: Module[] = []
  try {
    for (const folder of await moduleFolders())
      modules.push(await compileModule(folder, against, staging, signal, GIVES_WAY))
  } catch (error) {
    // An InterruptedError would leave the folder to the next maker of this entry. A kernel that fails may have none.
    throw new HostError('the modules do not compile beside the kernel', undefined, error)
  }
  return modules
}

const archive = (init: Uint8Array, modules: readonly Module[]): Uint8Array => {
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

const obtainMade = async (
  against: Against,
  cache: string,
  context: Context,
  compile: Compile,
): Promise<Entry<GuestMeta>> => {
  const { signal } = context
  const { arch, toolchain } = against
  await using init = await obtainInit(arch, toolchain, cache, context)
  const hashes = await hashesOf(await moduleSources())
  const key = `${arch.name}-${contentKey('4', against.interface, toolchain.version, init.meta.hash, ...hashes)}`
  const make = async (staging: string): Promise<GuestMeta> => {
    await mkdir(staging, { recursive: true })
    const modules = await compile(against, staging, signal)
    const made = archive(await readFile(join(init.dir, INIT)), modules)
    await writeFile(join(staging, INITRAMFS), made)
    return { key, hash: sha256Of(made) }
  }
  const isIntact = async (dir: string, { hash }: GuestMeta): Promise<boolean> =>
    (await hashFile(join(dir, INITRAMFS)).catch(() => undefined)) === hash
  return await obtain<GuestMeta>(join(cache, 'guests'), key, make, { signal, isIntact })
}

/** The initramfs for a kernel: the static init with its lanes, and the modules. Kernels with one interface share it. */
export const obtainInitramfs = (
  kernel: Kernel,
  arch: Arch,
  toolchain: Toolchain,
  cache: string,
  context: Context,
): Promise<Entry<GuestMeta>> => {
  const against = { src: sourceDir(kernel.dir), interface: kernel.meta.interface, arch, toolchain }
  return obtainMade(against, cache, context, allAtOnce)
}

/**
 * Makes the initramfs for a kernel while that is linked, unless the cache has it. The cache gets it only once the kernel
 * is proven; whoever boots one that was not made here compiles the modules, and reports why they do not compile.
 */
export const initramfsBeside =
  (arch: Arch, toolchain: Toolchain, cache: string): WhileLinked =>
  async ({ requireProven, ...linking }, context) => {
    const compile: Compile = async (...what) => {
      const modules = await inPhase(context, 'modules', () => oneByOne(...what))
      await requireProven()
      return modules
    }
    await using _made = await obtainMade({ ...linking, arch, toolchain }, cache, context, compile)
  }
