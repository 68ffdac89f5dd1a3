// SPDX-License-Identifier: MIT
import { type Arch, crossCompile } from '../arch/index.ts'
import { HostError } from '../errors.ts'
import { sh } from '../proc/sh.ts'

/** The compiler that builds one architecture's kernel and guest on this host. */
export interface Toolchain {
  /** Prefix of gcc, ld, addr2line…; empty when native. */
  readonly prefix: string
  readonly cc: string
  /** Version lines of compiler and linker: part of every build's key. */
  readonly version: string
}

/** Finds the compiler for `arch`, or says which package holds it. */
export const findToolchain = async (arch: Arch): Promise<Toolchain> => {
  const prefix = crossCompile(arch)
  const cc = `${prefix}gcc`
  const [compiler, linker] = await Promise.all([sh`${cc} --version`, sh`${prefix}ld --version`])
  if (compiler.exitCode !== 0 || linker.exitCode !== 0) {
    const packages = prefix === '' ? 'gcc libc6-dev' : arch.qemu.crossPackages.join(' ')
    throw new HostError(
      `no ${cc} to build ${arch.name} with`,
      `run: apt-get install ${packages} (or: npx zsharness doctor --fix)`,
    )
  }
  const first = (text: string): string => text.split('\n')[0] ?? ''
  return { prefix, cc, version: `${first(compiler.stdout)}; ${first(linker.stdout)}` }
}
