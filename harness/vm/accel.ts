// SPDX-License-Identifier: MIT
import { open } from 'node:fs/promises'
import { type Arch, crossCompile } from '../arch/index.ts'

export type Accelerator = 'kvm' | 'tcg'

// A device that exists may still not open: in a container, or without the group.
const kvmOpens = async (): Promise<boolean> => {
  try {
    await (await open('/dev/kvm', 'r+')).close()
    return true
  } catch {
    return false
  }
}

/** KVM for this host's own architecture when `/dev/kvm` really opens, else TCG. */
export const chooseAccelerator = async (arch: Arch): Promise<Accelerator> =>
  crossCompile(arch) === '' && (await kvmOpens()) ? 'kvm' : 'tcg'
