// SPDX-License-Identifier: MIT
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Arch, crossCompile } from '../inputs/arch/index.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { runProcess } from '../lib/process/run.ts'

/** What executes the guest's code: the host's CPU (KVM), or QEMU's emulation of one (TCG). */
export type Accelerator = 'kvm' | 'tcg'

const kvmOpens = async (): Promise<boolean> => {
  try {
    await (await open('/dev/kvm', 'r+')).close()
    return true
  } catch {
    return false
  }
}

const PROBE_LIMIT_MS = 3_000

/** True when QEMU with this accelerator and CPU really executes code of this architecture. */
export const runsCode = (arch: Arch, accelerator: Accelerator): Promise<boolean> =>
  inTempDir('probe', async (dir) => {
    const { binary, cpu, probe } = arch.qemu
    const rom = join(dir, 'rom')
    await writeFile(rom, probe.firmware())
    const argv = [binary, ...probe.args, '-accel', accelerator, '-cpu', cpu[accelerator], '-bios', rom]
    const { ended } = await runProcess([...argv, '-nodefaults', '-display', 'none'], {
      deadlineMs: PROBE_LIMIT_MS,
      graceMs: 200,
    })
    return ended.by === 'exit' && ended.code === probe.exitCode
  })

/**
 * KVM for this host's own architecture when a guest really runs under it, else TCG. It is not enough that `/dev/kvm`
 * opens: in some virtual machines it does, and then every guest hangs, QEMU aborts, or each instruction is emulated at
 * a ten-thousandth of the speed, so that a kernel never says a word.
 */
export const chooseAccelerator = async (arch: Arch): Promise<Accelerator> =>
  crossCompile(arch) === '' && (await kvmOpens()) && (await runsCode(arch, 'kvm')) ? 'kvm' : 'tcg'
