// SPDX-License-Identifier: MIT
import type { LogRecord } from '../lines/record.ts'

/** Literals of the lines that tell of boots and ordered restarts. */
export const BOOT_WORDS = [
  'Linux version ',
  'reboot: ',
  'Restarting system',
  'Starting new kernel',
  '-- Reboot --',
  '-- Boot ',
  'sysrq: Resetting',
  'SysRq : Resetting',
  'Rebooting',
] as const

const BANNER = /^Linux version (\d+\.\d+\S*) \(/
const ORDERED =
  /^(?:reboot: (?:Restarting|Power|System halted)|Restarting system|kexec(?:_core)?: Starting new kernel|Starting new kernel|-- (?:Reboot|Boot )|(?:sysrq|SysRq) ?: Resetting|systemd-shutdown.*Rebooting|Rebooting\.$|.*Rebooting system)/

/** Keeps count of boots: a second banner that nothing asked for is a reboot of the kernel's own. */
export class BootWatch {
  kernel: string | null = null
  previousKernel: string | null = null
  /** Line of the current boot's banner. */
  line = 0
  unexpected = false
  private booted = false
  private ordered = false

  /** True when this record starts another boot. */
  see(record: LogRecord): boolean {
    if (ORDERED.test(record.text)) this.ordered = true
    const banner = BANNER.exec(record.text)
    if (banner === null || record.origin === 'user' || (record.timeS ?? 0) > 1) return false
    const again = this.booted
    this.previousKernel = this.kernel
    this.kernel = banner[1] ?? null
    this.line = record.line
    this.unexpected = again && !this.ordered
    this.booted = true
    this.ordered = false
    return again
  }
}
