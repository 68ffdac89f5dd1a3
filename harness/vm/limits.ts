// SPDX-License-Identifier: MIT
import type { Accelerator } from './accel.ts'

/** Seconds after which a guest is given up, and the kernel's own detectors, each well before the next. */
export interface Limits {
  readonly rcuStallS: number
  readonly softLockupS: number
  readonly hungTaskS: number
  /** Without a byte on the console or a record. */
  readonly silenceS: number
  /** From start to the first record. */
  readonly bootS: number
  /** On top of a lane's own seconds: filling, draining, balances. */
  readonly laneExtraS: number
  /** From a panic or the end marker to QEMU's end. */
  readonly lastWordsS: number
}

// One hang must have one name: RCU stall < soft lockup < hung task < silence.
const LIMITS: Readonly<Record<Accelerator, Limits>> = {
  kvm: { rcuStallS: 10, softLockupS: 14, hungTaskS: 20, silenceS: 45, bootS: 20, laneExtraS: 30, lastWordsS: 5 },
  // TCG runs two vCPUs about ten times slower, on a host that may be shared.
  tcg: { rcuStallS: 21, softLockupS: 30, hungTaskS: 45, silenceS: 80, bootS: 60, laneExtraS: 120, lastWordsS: 15 },
}

/** The limits under this accelerator. */
export const limitsFor = (accelerator: Accelerator): Limits => LIMITS[accelerator]

/** Kernel parameters that set the guest's own detectors to these limits; init reads them back. */
export const detectorParameters = ({ rcuStallS, softLockupS, hungTaskS }: Limits): readonly string[] => [
  `rcupdate.rcu_cpu_stall_timeout=${rcuStallS}`,
  // The soft lockup detector reports after twice the threshold.
  `watchdog_thresh=${Math.ceil(softLockupS / 2)}`,
  'softlockup_panic=1',
  `sysctl.kernel.hung_task_timeout_secs=${hungTaskS}`,
  'sysctl.kernel.hung_task_check_interval_secs=10',
  'sysctl.kernel.hung_task_panic=1',
]
