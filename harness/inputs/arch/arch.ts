// SPDX-License-Identifier: MIT
import type { ArchName } from '../../model/results.ts'

/** An architecture is data: how its kernel is built and how QEMU shows it a machine. */
export interface Arch {
  readonly name: ArchName
  /** What `uname -m` and other tools call it. */
  readonly aliases: readonly string[]
  /** kbuild's ARCH=. */
  readonly makeArch: string
  /** e_machine of its ELF files: EM_* in elf.h. */
  readonly elfMachine: number
  /** Prefix of the cross tools; not used on a host of this architecture. */
  readonly crossPrefix: string
  /** Make target and path below the build folder of what QEMU boots. */
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
    /** Firmware of a few instructions that ends QEMU with `exitCode`: shows that an accelerator really runs code. */
    readonly probe: { readonly args: readonly string[]; readonly firmware: () => Uint8Array; readonly exitCode: number }
  }
  /** Kernel parameters that this machine needs. */
  readonly parameters: readonly string[]
  /** Parameters that tell the guest the rate of the counter which TCG passes through, in kHz; null when it knows. */
  readonly clockParameters: ((hostTicksKHz: number) => readonly string[]) | null
}
