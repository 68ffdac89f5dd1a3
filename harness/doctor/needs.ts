// SPDX-License-Identifier: MIT
import type { Arch } from '../inputs/arch/index.ts'
import { crossCompile } from '../inputs/arch/index.ts'

/** How to find out whether this host meets a need. */
export type Probe =
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'header'; readonly name: string }
  /** A static library that `cc` must find. */
  | { readonly kind: 'library'; readonly name: string; readonly cc: string }

/** One thing that a run needs of its host, what for, and the Debian packages that contain it. */
export interface Need {
  readonly probe: Probe
  readonly why: string
  readonly packages: readonly string[]
}

const program = (name: string, why: string, ...packages: string[]): Need => ({
  probe: { kind: 'program', name },
  why,
  packages,
})

const COMMON: readonly Need[] = [
  program('make', 'builds the kernel', 'make'),
  program('gcc', "compiles the kernel's host tools", 'gcc'),
  program('ld', 'links the kernel', 'binutils'),
  program('addr2line', 'finds the source lines of stack traces', 'binutils'),
  program('flex', 'builds the Kconfig parser', 'flex'),
  program('bison', 'builds the Kconfig parser', 'bison'),
  program('bc', 'computes time constants of the kernel', 'bc'),
  program('gzip', 'compresses the kernel image', 'gzip'),
  program('xz', 'unpacks the kernel source', 'xz-utils'),
  program('git', 'applies patches', 'git'),
  program('flock', 'locks the cache', 'util-linux'),
  program('grep', 'finds definitions in the source', 'grep'),
  { probe: { kind: 'header', name: 'gelf.h' }, why: 'objtool reads ELF files with it', packages: ['libelf-dev'] },
  {
    probe: { kind: 'library', name: 'libc.a', cc: 'gcc' },
    why: "links the kernel's host tools",
    packages: ['libc6-dev'],
  },
]

/** What a run for these architectures needs of this host. */
export const needsFor = (archs: readonly Arch[], nodeArch: string = process.arch): readonly Need[] => [
  ...COMMON,
  ...archs.flatMap((arch) => {
    const prefix = crossCompile(arch, nodeArch)
    const packages = prefix === '' ? ['gcc', 'libc6-dev'] : arch.qemu.crossPackages
    return [
      program(arch.qemu.binary, `boots ${arch.name}`, arch.qemu.package),
      ...(prefix === '' ? [] : [program(`${prefix}gcc`, `compiles for ${arch.name}`, ...packages)]),
      {
        probe: { kind: 'library', name: 'libc.a', cc: `${prefix}gcc` },
        why: `links the guest's init for ${arch.name}`,
        packages,
      } satisfies Need,
    ]
  }),
]

// What kbuild, the coverage and the reports call; each comes with the compiler's package or the one below it.
const TOOLCHAIN = ['gcc', 'gcov', 'as', 'ld', 'ar', 'nm', 'objcopy', 'objdump', 'readelf', 'strip', 'addr2line']

/** The programs that a run for these architectures starts, beyond those that are part of every Debian. */
export const programsFor = (archs: readonly Arch[], nodeArch: string = process.arch): readonly string[] => {
  const needed = needsFor(archs, nodeArch).flatMap(({ probe }) => (probe.kind === 'program' ? [probe.name] : []))
  const prefixes = ['', ...archs.map((arch) => crossCompile(arch, nodeArch))]
  return [...new Set([...needed, ...prefixes.flatMap((prefix) => TOOLCHAIN.map((name) => prefix + name))])].sort()
}

/** The one command that installs all of `missing` on Debian. */
export const installCommand = (missing: readonly Need[]): string =>
  `apt-get install -y --no-install-recommends ${[...new Set(missing.flatMap(({ packages }) => packages))].sort().join(' ')}`
