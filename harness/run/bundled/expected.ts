// SPDX-License-Identifier: MIT
import { vmMiB } from '../machines.ts'
import type { Expected } from '../plan/tasks.ts'
import type { BundledRun } from './model.ts'

// One that takes longer or shorter only changes the order.
const BOOT_S = 60

/** What the scheduler expects of bundles: nothing is built. */
export const expectedOf = ({ all }: BundledRun): Expected => ({
  build: () => undefined,
  speed: () => ({ fixedS: 1, objectS: 1 }),
  bootMiB: vmMiB(Math.max(...all.map(({ boot }) => boot.machine.memoryMiB))),
  bootSeconds: () => BOOT_S,
})
