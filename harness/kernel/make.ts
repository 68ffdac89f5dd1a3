// SPDX-License-Identifier: MIT
import type { Arch } from '../inputs/arch/index.ts'
import { passed } from '../lib/env.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { type ProcessOptions, type ProcessResult, runProcess } from '../lib/process/run.ts'
import { boxed, findSandbox, type Place } from './sandbox.ts'
import type { Toolchain } from './toolchain.ts'

/**
 * make's argv for a kernel tree with its build folder directly below it. kbuild then names sources by `..`, so
 * the build folder stays valid when the two are moved or copied.
 */
export const makeArgs = (src: string, arch: Arch, toolchain: Toolchain, rest: readonly string[]): readonly string[] => [
  'make',
  '-C',
  src,
  `O=${src}/${BUILD_DIR}`,
  `ARCH=${arch.makeArch}`,
  ...(toolchain.prefix === '' ? [] : [`CROSS_COMPILE=${toolchain.prefix}`]),
  ...(toolchain.llvm ? ['LLVM=1'] : []),
  ...rest,
]

/** The name of the build folder below its source. */
export const BUILD_DIR = 'o'

// The environment for reproducible builds.
const REPRODUCIBLE: Readonly<Record<string, string>> = {
  KBUILD_BUILD_TIMESTAMP: 'Tue Jan 10 23:18:01 UTC 2023',
  KBUILD_BUILD_USER: 'zsharness',
  KBUILD_BUILD_HOST: 'zsharness',
  KBUILD_BUILD_VERSION: '1',
  LC_ALL: 'C',
}

/**
 * All that a build sees of the environment. PATH finds the compilers, whose content is in every key; TMPDIR holds files
 * that end with the build. KCFLAGS, LLVM, MAKEFLAGS and the like would change a kernel without changing its key.
 */
export const makeEnv = (): Readonly<Record<string, string>> => ({ ...passed(['PATH', 'TMPDIR']), ...REPRODUCIBLE })

/** Where a build in this source may write: the source itself is hard links to the cache. */
export const buildPlace = (src: string): Place => ({ readable: [src], writable: [`${src}/${BUILD_DIR}`] })

/** Prints each target's lines together, below the line that names it. */
export const GROUPED = '--output-sync=target'

type MakeOptions = Omit<ProcessOptions, 'env'> & { readonly env?: Readonly<Record<string, string>> }

/** Runs a program that compiles, with a TMPDIR of its own: a compiler that is killed leaves its files there. */
export const runCompiler = (argv: readonly string[], options: MakeOptions): Promise<ProcessResult> =>
  inTempDir('cc', (dir) => runProcess(argv, { ...options, env: { ...makeEnv(), ...options.env, TMPDIR: dir } }))

/**
 * Runs make, or another program of a kernel tree, confined as this host allows. Both streams come as one, in the order
 * of writing: apart, a warning could not be attributed to the object before it.
 */
export const runMake = async (argv: readonly string[], place: Place, options: MakeOptions): Promise<ProcessResult> => {
  const joined = ['/bin/sh', '-c', 'exec "$@" 2>&1', 'zsharness-make', ...argv]
  const sandbox = await findSandbox()
  if (sandbox === 'none') return runCompiler(joined, options)
  // A sandbox has a /tmp of its own.
  return runProcess(boxed(sandbox, joined, place), { ...options, env: { ...makeEnv(), ...options.env } })
}
