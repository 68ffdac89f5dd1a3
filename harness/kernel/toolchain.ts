// SPDX-License-Identifier: MIT
import { type Arch, crossCompile } from '../inputs/arch/index.ts'
import { hasProgram, sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import { contentOf } from './identity.ts'

/** The compiler that builds one architecture's kernel and guest on this host. */
export interface Toolchain {
  /** Prefix of gcc, ld, addr2line…; empty when native. */
  readonly prefix: string
  readonly cc: string
  /** Whether clang and lld build the kernel; gcc always builds the guest's program. */
  readonly llvm: boolean
  /** Version lines of compiler and linker and a hash of their content: part of every build's key. */
  readonly version: string
}

const first = (text: string): string => text.split('\n')[0] ?? ''

// The programs that kbuild uses with LLVM=1.
const LLVM_PROGRAMS = [
  'clang',
  'ld.lld',
  'llvm-ar',
  'llvm-nm',
  'llvm-objcopy',
  'llvm-objdump',
  'llvm-readelf',
  'llvm-strip',
]
/** Debian packages of the programs that `LLVM=1` uses. */
export const LLVM_PACKAGES: readonly string[] = ['clang', 'lld', 'llvm']

/** The LLVM programs that this host lacks. */
export const missingLlvm = async (): Promise<readonly string[]> => {
  const there = await Promise.all(LLVM_PROGRAMS.map(hasProgram))
  return LLVM_PROGRAMS.filter((_, index) => !there[index])
}

/** Throws a HostError that names what `--llvm` needs and this host lacks, and the packages. */
export const requireLlvm = async (): Promise<void> => {
  const missing = await missingLlvm()
  if (missing.length > 0)
    throw new HostError(
      `--llvm: this host lacks ${missing.join(', ')}`,
      `run: apt-get install ${LLVM_PACKAGES.join(' ')}`,
    )
}

const llvmVersion = async (): Promise<string> => {
  await requireLlvm()
  const [compiler, linker] = await Promise.all([sh`clang --version`, sh`ld.lld --version`])
  return `${first(compiler.stdout)}; ${first(linker.stdout)}`
}

/** Finds the compilers for `arch`; throws a HostError that names their packages. */
export const findToolchain = async (arch: Arch, llvm: boolean): Promise<Toolchain> => {
  const prefix = crossCompile(arch)
  const cc = `${prefix}gcc`
  const [compiler, linker] = await Promise.all([sh`${cc} --version`, sh`${prefix}ld --version`])
  if (compiler.exitCode !== 0 || linker.exitCode !== 0) {
    const packages = prefix === '' ? 'gcc libc6-dev' : arch.qemu.crossPackages.join(' ')
    throw new HostError(
      `this host lacks ${compiler.exitCode === 0 ? `${prefix}ld` : cc} to build for ${arch.name}`,
      `run: apt-get install ${packages} (or: npx zsharness doctor --fix)`,
    )
  }
  // The host's gcc builds the kernel's own tools.
  const content = await contentOf([...new Set([prefix, ''])], llvm ? LLVM_PROGRAMS : [])
  const version = `${first(compiler.stdout)}; ${first(linker.stdout)}; content ${content}`
  return { prefix, cc, llvm, version: llvm ? `${await llvmVersion()}; ${version}` : version }
}
