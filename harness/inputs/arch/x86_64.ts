// SPDX-License-Identifier: MIT
import type { Arch } from './arch.ts'

const ROM_SIZE = 64 << 10
// The reset vector is 16 bytes before the end of the ROM. A hypervisor that emulates the guest's instructions one by one
// (PVM) does not finish the loop in time: mov ecx,5000000; 1: dec ecx; jnz 1b; mov dx,0xf4; mov al,0x2a; out dx,al; hlt.
const probeRom = (): Uint8Array => {
  const rom = Buffer.alloc(ROM_SIZE)
  const code = Buffer.from('66b9404b4c00664975fcbaf400b02aeef4', 'hex')
  code.copy(rom, ROM_SIZE - 64)
  // jmp: back to the code, from behind these three bytes.
  Buffer.from('e9cdff', 'hex').copy(rom, ROM_SIZE - 16)
  return rom
}

export const x86_64 = {
  name: 'x86_64',
  aliases: ['x86-64', 'amd64', 'x64', 'x86'],
  makeArch: 'x86',
  elfMachine: 62,
  registers: 'r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss'.split(' '),
  crossPrefix: 'x86_64-linux-gnu-',
  imageTarget: 'bzImage',
  imagePath: 'arch/x86/boot/bzImage',
  console: 'ttyS0',
  qemu: {
    binary: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    crossPackages: ['gcc-x86-64-linux-gnu', 'libc6-dev-amd64-cross'],
    machine: {
      // microvm needs no PCI or ACPI drivers; its MP table names the second CPU.
      tcg: 'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
      kvm: 'microvm,acpi=off,rtc=on,isa-serial=on,pit=on,pic=on',
    },
    // With five levels of page tables, an interrupt in identify_cpu() of 7.3 makes KASAN report the direct map: the kernel
    // forgets for a moment that it has them.
    cpu: { tcg: 'max,la57=off', kvm: 'host' },
    disksReversed: false,
    // With isa-debug-exit, QEMU exits with twice the written value plus one.
    probe: {
      args: ['-machine', 'pc', '-device', 'isa-debug-exit,iobase=0xf4'],
      firmware: probeRom,
      exitCode: (0x2a << 1) | 1,
    },
  },
  // Without ACPI, only a triple fault restarts microvm.
  // On a busy host, the kernel's check for timer interrupts would fail too early.
  parameters: ['reboot=t', 'no_timer_check'],
  // microvm lacks the timers to calibrate the TSC. The guest would fall back to jiffies, which stop while a CPU
  // spins with interrupts off.
  clockParameters: (hostTicksKHz) => [`tsc_early_khz=${hostTicksKHz}`, 'tsc=reliable'],
} satisfies Arch
