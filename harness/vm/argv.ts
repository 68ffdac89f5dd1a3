// SPDX-License-Identifier: MIT
import type { Arch } from '../inputs/arch/index.ts'
import { SEAT_CPUS } from '../lib/locks/slots.ts'
import { DEFAULT_MEMORY_MIB, type LaneName } from '../model/results.ts'
import type { Accelerator } from './accel.ts'
import { detectorParameters, type Limits } from './limits.ts'

/** What the guest is asked to do. */
export interface Workload {
  readonly lanes: readonly { readonly name: LaneName; readonly seconds: number }[]
  readonly seed: string
  /** Whose list of pages the guest has to move to make zswap write back. */
  readonly reclaim: string
  /** Whether zswap reaches zsmalloc through zpool. */
  readonly zpool: boolean
  /** The fault that the canary module plants, for the self-test. */
  readonly canary: string | null
  /** Kernel parameters of the user; the kernel takes the last of a name. */
  readonly parameters?: readonly string[]
}

/** The parts of a machine that the user chooses. */
export interface Hardware {
  readonly memoryMiB: number
  /** Size of the second disk; 0 for none. */
  readonly diskMiB: number
}

/** The files that QEMU reads, writes and connects to. */
export interface MachineFiles {
  readonly image: string
  readonly initramfs: string
  readonly swap: string
  /** The second disk; missing without one. */
  readonly disk?: string | undefined
  readonly recordsSocket: string
  readonly qmpSocket: string
  /** The console, where it is typed on; missing where QEMU's own output is enough. */
  readonly consoleSocket?: string | undefined
}

/** Size of the swap disk. */
export const SWAP_MIB = 512
/** CPUs of a guest. */
export const VCPUS = SEAT_CPUS

// The pool's limit is one percent of memory, so stores keep starting the shrink worker.
const zswapParameters = (zpool: boolean): readonly string[] => [
  'zswap.enabled=1',
  ...(zpool ? ['zswap.zpool=zsmalloc'] : []),
  'zswap.compressor=lzo',
  'zswap.max_pool_percent=1',
  'zswap.accept_threshold_percent=100',
]

/**
 * The kernel passes `name=value` parameters that it does not know to init as environment variables, unless the name has
 * a dot. It takes 31 of them and panics at one more (CONFIG_INIT_ENV_ARG_LIMIT).
 */
const workloadParameters = ({ lanes, seed, reclaim, canary }: Workload): readonly string[] => [
  `zsharness_lanes=${lanes.map(({ name, seconds }) => `${name}:${seconds}`).join(',')}`,
  `zsharness_seed=${seed}`,
  `zsharness_reclaim=${reclaim}`,
  ...(canary === null ? [] : [`zsharness_canary=${canary}`]),
]

/** The kernel command line of one boot. */
export const kernelParameters = (
  arch: Arch,
  limits: Limits,
  workload: Workload,
  hostTicksKHz: number | null,
): readonly string[] => [
  `console=${arch.console}`,
  ...arch.parameters,
  ...(arch.clockParameters && hostTicksKHz !== null ? arch.clockParameters(hostTicksKHz) : []),
  // A crash ends the boot at once, because pool->lock stays held after it.
  'panic=-1',
  'oops=panic',
  // Otherwise KASAN prints only the first report of a boot.
  'kasan_multi_shot',
  // Otherwise slabinfo counts the objects of other caches with those of zs_handle.
  'slab_nomerge',
  'log_buf_len=4M',
  ...detectorParameters(limits),
  ...zswapParameters(workload.zpool),
  ...workloadParameters(workload),
  ...(workload.parameters ?? []),
]

/** A value inside one of QEMU's comma-separated options, where a comma is written twice. */
const quoted = (value: string): string => value.replaceAll(',', ',,')

// The swap needs no flush: its file is removed after the boot. An error of the host's disk pauses the guest, which
// would otherwise see it as a broken disk of its own.
const drive = (id: string, file: string, options = ''): readonly string[] => [
  ...['-drive', `file=${quoted(file)},format=raw,if=none,id=${id},cache=unsafe,werror=stop,rerror=stop`],
  ...['-device', `virtio-blk-device,drive=${id}${options}`],
]

// With two disks, the guest finds its swap by the serial number: it must not overwrite the other.
const drives = ({ swap, disk }: MachineFiles, { disksReversed }: Arch['qemu']): readonly string[] => {
  if (disk === undefined) return drive('swap', swap)
  const both = [drive('swap', swap, ',serial=zsharness-swap'), drive('disk', disk, ',serial=zsharness-disk')]
  return (disksReversed ? both.reverse() : both).flat()
}

const consoleDevice = ({ consoleSocket }: MachineFiles): string =>
  consoleSocket === undefined ? 'stdio,id=console,signal=off' : `socket,id=console,path=${quoted(consoleSocket)}`

/** QEMU's argv: no network, no files of the host, and a separate port for the records. */
export const qemuArgs = (
  arch: Arch,
  accelerator: Accelerator,
  files: MachineFiles,
  parameters: readonly string[],
  memoryMiB: number = DEFAULT_MEMORY_MIB,
): readonly string[] => [
  arch.qemu.binary,
  ...['-machine', arch.qemu.machine[accelerator], '-accel', accelerator, '-cpu', arch.qemu.cpu[accelerator]],
  ...['-smp', `${VCPUS}`, '-m', `${memoryMiB}`],
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
  ...['-kernel', files.image, '-initrd', files.initramfs, '-append', parameters.join(' ')],
  ...['-chardev', consoleDevice(files), '-serial', 'chardev:console'],
  ...['-chardev', `socket,id=qmp,path=${quoted(files.qmpSocket)}`, '-mon', 'chardev=qmp,mode=control'],
  ...['-device', 'virtio-serial-device', '-chardev', `socket,id=records,path=${quoted(files.recordsSocket)}`],
  ...['-device', 'virtserialport,chardev=records,name=zsharness.records'],
  ...drives(files, arch.qemu),
]
