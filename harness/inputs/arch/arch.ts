// SPDX-License-Identifier: MIT
import type { ArchName } from '../../model/results.ts'

/** An architecture as data: how its kernel is built and which machine QEMU emulates. */
export interface Arch {
  readonly name: ArchName
  /** Its names in `uname -m` and other tools. */
  readonly aliases: readonly string[]
  /** kbuild's ARCH=. */
  readonly makeArch: string
  /** e_machine of its ELF files: EM_* in elf.h. */
  readonly elfMachine: number
  /** Names of the words of its `struct pt_regs`, in their order. */
  readonly registers: readonly string[]
  /** Prefix of the cross tools; not used on a host of this architecture. */
  readonly crossPrefix: string
  /** Make target of the image that QEMU boots, and its path below the build folder. */
  readonly imageTarget: string
  readonly imagePath: string
  readonly console: string
  readonly qemu: {
    readonly binary: string
    readonly package: string
    /** Debian packages of the cross toolchain with a static libc for the guest. */
    readonly crossPackages: readonly string[]
    /** `-machine` and `-cpu` under TCG and under KVM. */
    readonly machine: { readonly tcg: string; readonly kvm: string }
    readonly cpu: { readonly tcg: string; readonly kvm: string }
    /** Whether Linux finds the disks in the reverse order of QEMU's command line. */
    readonly disksReversed: boolean
    /** Firmware of a few instructions that makes QEMU exit with `exitCode`: proves that an accelerator runs code. */
    readonly probe: { readonly args: readonly string[]; readonly firmware: () => Uint8Array; readonly exitCode: number }
  }
  /** Kernel parameters that this machine needs. */
  readonly parameters: readonly string[]
  /** Parameters that give the guest the rate, in kHz, of the host counter that it reads; null when it needs none. */
  readonly clockParameters: ((hostTicksKHz: number) => readonly string[]) | null
}
