// SPDX-License-Identifier: MIT
import type { Arch } from '../inputs/arch/index.ts'
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

/** The environment in which the same sources give the same bytes, whoever builds them and when. */
export const reproducibleEnv: Readonly<Record<string, string>> = {
  KBUILD_BUILD_TIMESTAMP: 'Tue Jan 10 23:18:01 UTC 2023',
  KBUILD_BUILD_USER: 'zsharness',
  KBUILD_BUILD_HOST: 'zsharness',
  KBUILD_BUILD_VERSION: '1',
  LC_ALL: 'C',
}
