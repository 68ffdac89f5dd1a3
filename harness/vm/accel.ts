// SPDX-License-Identifier: MIT
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Arch, crossCompile } from '../inputs/arch/index.ts'
import { runProcess } from '../lib/process/run.ts'

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
export const runsCode = async (arch: Arch, accelerator: Accelerator): Promise<boolean> => {
  const { binary, cpu, probe } = arch.qemu
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-probe-'))
  try {
    const rom = join(dir, 'rom')
    await writeFile(rom, probe.firmware())
    const argv = [binary, ...probe.args, '-accel', accelerator, '-cpu', cpu[accelerator], '-bios', rom]
    const { ended } = await runProcess([...argv, '-nodefaults', '-display', 'none'], {
      deadlineMs: PROBE_LIMIT_MS,
      graceMs: 200,
    })
    return ended.by === 'exit' && ended.code === probe.exitCode
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/**
 * KVM for this host's own architecture when a guest really runs under it, else TCG. That `/dev/kvm` opens is not
 * enough: inside some virtual machines it does, and every guest hangs or QEMU aborts.
 */
export const chooseAccelerator = async (arch: Arch): Promise<Accelerator> =>
  crossCompile(arch) === '' && (await kvmOpens()) && (await runsCode(arch, 'kvm')) ? 'kvm' : 'tcg'
