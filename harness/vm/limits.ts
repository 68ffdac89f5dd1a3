// SPDX-License-Identifier: MIT
import type { Accelerator } from './accel.ts'

/** In seconds: the time-outs of the kernel's own detectors, and how long the harness waits for a guest. */
export interface Limits {
  readonly rcuStallS: number
  readonly softLockupS: number
  readonly hungTaskS: number
  /** Without any output on the console and without a record. */
  readonly silenceS: number
  /** Without any output on the console, from QEMU's start to the first record. */
  readonly bootS: number
  /** From QEMU's start to the first record, however much the console prints. */
  readonly bootMaxS: number
  /** For each lane, on top of its own seconds: filling, draining, balances. */
  readonly laneExtraS: number
  /** From a panic or the `end` record until QEMU exits. */
  readonly lastWordsS: number
}

// A hang must be reported once and by one name, so RCU stall < soft lockup < hung task < silence and last words.
const LIMITS: Readonly<Record<Accelerator, Limits>> = {
  kvm: {
    rcuStallS: 10,
    softLockupS: 14,
    hungTaskS: 20,
    silenceS: 45,
    bootS: 20,
    bootMaxS: 120,
    laneExtraS: 30,
    lastWordsS: 45,
  },
  // TCG runs two vCPUs about ten times slower, and other jobs may share the host.
  tcg: {
    rcuStallS: 21,
    softLockupS: 30,
    hungTaskS: 45,
    silenceS: 80,
    bootS: 60,
    bootMaxS: 300,
    laneExtraS: 120,
    lastWordsS: 80,
  },
}

/** The limits under this accelerator. */
export const limitsFor = (accelerator: Accelerator): Limits => LIMITS[accelerator]

/** Kernel parameters that set the kernel's detectors to these limits; the guest's `hello` reports the live values. */
export const detectorParameters = ({ rcuStallS, softLockupS, hungTaskS }: Limits): readonly string[] => [
  `rcupdate.rcu_cpu_stall_timeout=${rcuStallS}`,
  // The soft lockup detector reports after twice the threshold.
  `watchdog_thresh=${Math.ceil(softLockupS / 2)}`,
  'softlockup_panic=1',
  `sysctl.kernel.hung_task_timeout_secs=${hungTaskS}`,
  'sysctl.kernel.hung_task_check_interval_secs=10',
  'sysctl.kernel.hung_task_panic=1',
]
