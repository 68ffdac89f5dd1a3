// SPDX-License-Identifier: MIT
import type { Arch } from './arch.ts'

export const x86_64 = {
  name: 'x86_64',
  aliases: ['x86-64', 'amd64', 'x64', 'x86'],
  makeArch: 'x86',
  crossPrefix: 'x86_64-linux-gnu-',
  imageTarget: 'bzImage',
  imagePath: 'arch/x86/boot/bzImage',
  console: 'ttyS0',
  qemu: {
    binary: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    crossPackages: ['gcc-x86-64-linux-gnu', 'libc6-dev-amd64-cross'],
    machine: {
      // microvm has neither PCI nor ACPI to compile drivers for; its MP table names the second CPU.
      tcg: 'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
      kvm: 'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
    },
    cpu: { tcg: 'max', kvm: 'host' },
  },
  // Without ACPI only a triple fault restarts microvm.
  parameters: ['reboot=t'],
  // microvm lacks the timers to calibrate the TSC against; the guest would fall back to jiffies, which stop
  // while a CPU spins with interrupts off.
  clockParameters: (hostTicksKHz) => [`tsc_early_khz=${hostTicksKHz}`, 'tsc=reliable'],
} satisfies Arch
