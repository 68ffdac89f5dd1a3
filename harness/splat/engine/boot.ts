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
  'going down for',
  'Reached target Reboot',
  'Reached target System Reboot',
  'Requesting system ',
  'hardware virtualization',
] as const

const BANNER = /^Linux version (\d+\.\d+\S*) \(/
const EARLY = /^(?:Kernel command line|Command line|Machine model|KERNEL supported cpus|BIOS-provided physical RAM map)/
const ORDERED =
  /^(?:reboot: (?:Restarting|Power|System halted)|Restarting system|kexec(?:_core)?: Starting new kernel|Starting new kernel|-- (?:Reboot|Boot )|(?:sysrq|SysRq) ?: Resetting|systemd-shutdown.*Rebooting|The system is going down for|Requesting system (?:reboot|poweroff|halt)|kvm: exiting hardware virtualization|.*Reached target (?:System )?Reboot|Rebooting\.$|.*Rebooting system)/

const SAMPLE = 40
const WATCHED = 300

/** A banner whose boot is not yet known to be one. */
interface Candidate {
  readonly record: LogRecord
  readonly ordered: boolean
  readonly kernel: string | null
  same: number
  other: number
  early: boolean
}

// Who boots another kernel has chosen to; what crashed comes back as it was.
const otherKernel = (before: string | null, now: string | undefined): boolean => before !== null && before !== now

/** A boot that nothing in the log asked for. */
export interface Reboot {
  readonly record: LogRecord
  /** The kernel that went away. */
  readonly kernel: string | null
}

/**
 * Keeps count of boots. A second banner is a reboot, unless it was ordered, or is a copy of the first one: `dmesg`
 * printed on the console tells the same lines with the same time stamps once more.
 */
export class BootWatch {
  kernel: string | null = null
  /** Line of the current boot's banner. */
  line = 0
  private readonly firstLines = new Set<string>()
  private watched = 0
  private stamped = false
  private booted = false
  private ordered = false
  private candidate: Candidate | null = null

  /** While true, every line must be shown to it. */
  get watching(): boolean {
    return this.watched > 0
  }

  /** True when this record starts another boot. */
  see(record: LogRecord): boolean {
    if (ORDERED.test(record.text)) this.ordered = true
    if (this.watched > 0) this.sample(record)
    const banner = BANNER.exec(record.text)
    if (banner === null || !this.isBanner(record)) return false
    const again = this.booted
    this.candidate = again
      ? {
          record,
          ordered: this.ordered || otherKernel(this.kernel, banner[1]),
          kernel: this.kernel,
          same: 0,
          other: 0,
          early: false,
        }
      : this.candidate
    this.kernel = banner[1] ?? null
    this.line = record.line
    this.stamped ||= record.timeS !== null
    this.booted = true
    this.ordered = false
    this.watched = WATCHED
    return again
  }

  /** The reboot that has become certain since the last call. */
  takeReboot(atEnd: boolean): Reboot | null {
    const found = this.candidate
    if (found === null || (this.watched > 0 && found.same + found.other < SAMPLE && !atEnd)) return null
    this.candidate = null
    const sure = this.stamped || found.record.origin === 'kernel' || found.early
    if (found.ordered || !sure || found.same > found.other) return null
    return { record: found.record, kernel: found.kernel }
  }

  // `cat /proc/version` prints the banner too, but without a time stamp.
  private isBanner(record: LogRecord): boolean {
    if (record.origin === 'user' || (record.timeS ?? 0) > 1) return false
    return !this.stamped || record.timeS !== null
  }

  private sample(record: LogRecord): void {
    this.watched -= 1
    if (this.candidate !== null && EARLY.test(record.text)) this.candidate.early = true
    if (record.timeS === null || record.timeS === 0) return
    const key = `${record.timeS} ${record.text.slice(0, 60)}`
    if (this.candidate === null) {
      if (this.firstLines.size < WATCHED) this.firstLines.add(key)
    } else if (this.firstLines.has(key)) this.candidate.same += 1
    else this.candidate.other += 1
  }
}
