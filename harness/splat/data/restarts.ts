// SPDX-License-Identifier: MIT

/** Literals of the lines that report boots and ordered restarts. */
export const bootWords: readonly string[] = [
  'Linux version ',
  'ommand line: ',
  'BIOS-e820: ',
  'reboot: ',
  'Restarting system',
  'Starting new kernel',
  '-- Reboot --',
  '-- Boot ',
  'sysrq: Resetting',
  'SysRq : Resetting',
  'sysrq : Resetting',
  'SysRq: Resetting',
  'Rebooting',
  'going down for',
  'Reached target Reboot',
  'Reached target System Reboot',
  'Requesting system ',
  'hardware virtualization',
]

/** How lines begin after which a boot is expected. */
export const orderedRestarts: readonly RegExp[] = [
  // The kernel
  /reboot: (?:Restarting|Power|System halted)/,
  /Restarting system/,
  /kexec(?:_core)?: Starting new kernel/,
  /Starting new kernel/,
  /(?:sysrq|SysRq) ?: Resetting/,
  /kvm: exiting hardware virtualization/,
  // init, systemd and journalctl
  /systemd-shutdown.*Rebooting/,
  /.*Reached target (?:System )?Reboot/,
  /.*Rebooting system/,
  /Rebooting\.$/,
  /The system is going down for/,
  /Requesting system (?:reboot|poweroff|halt)/,
  /-- (?:Reboot|Boot )/,
]
