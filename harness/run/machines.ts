// SPDX-License-Identifier: MIT
import { availableParallelism, totalmem } from 'node:os'
import { measureHostTicksKHz } from '../guest/ticks.ts'
import { findArch } from '../inputs/arch/index.ts'
import type { ArchName } from '../model/results.ts'
import { type Accelerator, chooseAccelerator } from '../vm/accel.ts'
import { requireSocketRoom } from '../vm/machine.ts'
import type { Capacity } from './schedule/pick.ts'

/** What runs the guests of this host. */
export interface Machines {
  readonly accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>
  readonly hostTicksKHz: number | null
}

export const machinesFor = async (archs: readonly ArchName[]): Promise<Machines> => {
  requireSocketRoom()
  const chosen = await Promise.all(archs.map(async (name) => [name, await chooseAccelerator(findArch(name))] as const))
  const needsTicks = chosen.some(
    ([name, accelerator]) => accelerator === 'tcg' && findArch(name).clockParameters !== null,
  )
  return { accelerators: Object.fromEntries(chosen), hostTicksKHz: needsTicks ? await measureHostTicksKHz() : null }
}

// For the system, its caches and this process.
const RESERVED_MIB = 512

// What a container may use can be less than what its host has; 0 or absurdly much where nothing limits it.
const memoryBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)

/** What builds and guests may take of this host. */
export const hostCapacity = (): Capacity => ({
  cores: availableParallelism(),
  memoryMiB: Math.max(1, Math.floor(memoryBytes() / (1 << 20)) - RESERVED_MIB),
})
