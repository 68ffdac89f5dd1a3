// SPDX-License-Identifier: MIT
import { measureHostTicksKHz } from '../guest/ticks.ts'
import { findArch } from '../inputs/arch/index.ts'
import { machineSize } from '../lib/machine/size.ts'
import type { ArchName } from '../model/results.ts'
import { type Accelerator, chooseAccelerator } from '../vm/accel.ts'
import { requireSocketRoom } from '../vm/machine.ts'
import type { Capacity } from './schedule/pick.ts'

/** How this host runs guests. */
export interface Machines {
  readonly accelerators: Readonly<Partial<Record<ArchName, Accelerator>>>
  readonly hostTicksKHz: number | null
}

/** Chooses the accelerator of each architecture, and measures what their guests need to know of this host. */
export const machinesFor = async (archs: readonly ArchName[]): Promise<Machines> => {
  requireSocketRoom()
  const chosen = await Promise.all(archs.map(async (name) => [name, await chooseAccelerator(findArch(name))] as const))
  const needsTicks = chosen.some(
    ([name, accelerator]) => accelerator === 'tcg' && findArch(name).clockParameters !== null,
  )
  return {
    accelerators: Object.fromEntries(chosen),
    hostTicksKHz: needsTicks ? await measureHostTicksKHz() : null,
  }
}

// For the system, its caches and this process.
const RESERVED_MIB = 512

/** The part of this host that builds and guests may use. */
export const hostCapacity = (): Capacity => {
  const { cpus, memoryMiB } = machineSize()
  return { cores: cpus, memoryMiB: Math.max(1, memoryMiB - RESERVED_MIB) }
}

// QEMU's own, most of it translated code.
const QEMU_MIB = 512

/** What a guest with this much memory takes of the host. */
export const vmMiB = (memoryMiB: number): number => memoryMiB + QEMU_MIB

/** The most memory that a guest can have here. */
export const mostMemoryMiB = (): number => hostCapacity().memoryMiB - QEMU_MIB
