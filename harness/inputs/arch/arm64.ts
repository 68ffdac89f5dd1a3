// SPDX-License-Identifier: MIT
import type { Arch } from './arch.ts'

// A loop as on x86_64, then PSCI SYSTEM_OFF: movz w1,#0x4c,lsl #16; 1: subs w1,w1,#1; b.ne 1b;
// mov w0,#8; movk w0,#0x8400,lsl #16; hvc #0; b .
const probeRom = (): Uint8Array => Buffer.from('8109a05221040071e1ffff54000180520080b072020000d400000014', 'hex')

export const arm64 = {
  name: 'arm64',
  aliases: ['aarch64', 'armv8'],
  makeArch: 'arm64',
  elfMachine: 183,
  registers: [...Array.from({ length: 31 }, (_, n) => `x${n}`), 'sp', 'pc', 'pstate'],
  crossPrefix: 'aarch64-linux-gnu-',
  imageTarget: 'Image',
  imagePath: 'arch/arm64/boot/Image',
  console: 'ttyAMA0',
  qemu: {
    binary: 'qemu-system-aarch64',
    package: 'qemu-system-arm',
    crossPackages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
    // GICv3 as on real servers; KVM has only the host's.
    machine: { tcg: 'virt,gic-version=3', kvm: 'virt,gic-version=host' },
    // TCG is slow at the architected pointer authentication; the implementation-defined one costs nothing.
    cpu: { tcg: 'max,pauth-impdef=on', kvm: 'host' },
    // QEMU fills the virtio-mmio buses from the last one down, and the device tree lists the first one first.
    disksReversed: true,
    probe: { args: ['-machine', 'virt'], firmware: probeRom, exitCode: 0 },
  },
  parameters: [],
  clockParameters: null,
} satisfies Arch
