// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { findSandbox, type Sandbox } from '../kernel/sandbox.ts'
import { missingLlvm } from '../kernel/toolchain.ts'
import { type MachineSize, machineSize } from '../lib/machine/size.ts'
import type { ArchName } from '../model/results.ts'
import { type Accelerator, chooseAccelerator } from '../vm/accel.ts'
import { type CheckedNeed, checkHost } from './checks.ts'

/** What this host has and lacks. */
export interface HostReport {
  readonly needs: readonly CheckedNeed[]
  readonly accelerators: readonly { readonly arch: ArchName; readonly accelerator: Accelerator }[]
  /** Programs that `--llvm` needs and this host lacks. */
  readonly missingLlvm: readonly string[]
  /** What confines builds. */
  readonly sandbox: Sandbox
  /** What a run may use of this host. */
  readonly size: MachineSize
  readonly cache: { readonly dir: string; readonly freeBytes: number }
}

// The cache may not exist yet: the folder that would hold it is on the same file system.
const freeBytes = async (dir: string): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(dir)
    return bavail * bsize
  } catch (error) {
    if (dirname(dir) === dir) throw error
    return freeBytes(dirname(dir))
  }
}

/** Looks for everything that a run for these architectures needs of this host. */
export const inspectHost = async (archs: readonly Arch[], cache: string): Promise<HostReport> => {
  const needs = await checkHost(archs.map(({ name }) => name))
  const accelerators: HostReport['accelerators'][number][] = []
  for (const arch of archs) accelerators.push({ arch: arch.name, accelerator: await chooseAccelerator(arch) })
  return {
    needs,
    accelerators,
    missingLlvm: await missingLlvm(),
    sandbox: await findSandbox(),
    size: machineSize(),
    cache: { dir: cache, freeBytes: await freeBytes(cache) },
  }
}
