// SPDX-License-Identifier: MIT
import { stringify } from 'yaml'
import type { Manifest } from '../../bundle/model.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { UsageError } from '../../model/errors.ts'
import { limitsFor } from '../../vm/limits.ts'
import type { LavaMethod } from './lavamethods.ts'

/** A file that a worker of LAVA fetches. */
export interface LavaFile {
  readonly url: string
  /** Of the file as it is fetched. */
  readonly sha256: string
}

/** One boot of a bundled kernel. */
export interface LavaCell {
  readonly id: string
  readonly place: Manifest['cell']
  readonly seed: string
  /** The kernel's version and key, and the sha256 of the bundle. */
  readonly kernel: { readonly version: string; readonly key: string; readonly bundle: string }
  /** The kernel's command line. */
  readonly parameters: readonly string[]
  readonly memoryMiB: number
  readonly image: LavaFile
  readonly initramfs: LavaFile
  /** Compressed with gzip: the swap, and the second disk if there is one. */
  readonly disks: readonly LavaFile[]
}

/** Where the jobs run. */
export interface LavaTarget {
  readonly deviceType: string
  readonly method: LavaMethod
}

const FETCH_MIN = 10
// The guest's own settling, and LAVA's start and end of a job.
const SETTLE_S = 60

const minutes = (seconds: number): { readonly minutes: number } => ({ minutes: Math.max(1, Math.ceil(seconds / 60)) })

const parameterOf = (parameters: readonly string[], name: string): string | undefined =>
  parameters.findLast((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)

/** Seconds that the lanes may take. The slow limits: nobody here knows the machine. */
const laneSeconds = (parameters: readonly string[]): number => {
  const lanes = (parameterOf(parameters, 'zsharness_lanes') ?? '').split(',').filter((lane) => lane !== '')
  const own = lanes.reduce((sum, lane) => sum + Number(lane.split(':')[1] ?? 0), 0)
  return own + lanes.length * limitsFor('tcg').laneExtraS + SETTLE_S
}

const requirePlain = ({ id, parameters }: LavaCell): void => {
  const odd = parameters.find((one) => /["\\`$\n]/.test(one))
  if (odd !== undefined)
    throw new UsageError(
      `${id}: LAVA cannot pass the kernel parameter ${JSON.stringify(odd)}`,
      'leave it out of --param: LAVA puts the command line into double quotes',
    )
}

const withSeed = (cell: LavaCell, parameter: string): string =>
  parameter.startsWith('zsharness_seed=') ? `zsharness_seed=${cell.seed}` : parameter

/**
 * The command line. After a panic the kernel waits: QEMU would end, or a board start anew, before the monitor has read why,
 * and LAVA would blame its own connection.
 */
const commandLine = (cell: LavaCell): readonly string[] => [
  ...cell.parameters.map((one) => withSeed(cell, one)),
  `panic=${PANIC_WAIT_S}`,
]
const PANIC_WAIT_S = 10

// LAVA reads it as a Python format string, in which a brace is written twice.
const formatted = (text: string): string => text.replaceAll('{', '{{').replaceAll('}', '}}')

const DISKS = ['swap', 'disk'] as const

const diskArg = (name: (typeof DISKS)[number], isOnly: boolean): string => {
  const serial = isOnly ? '' : `,serial=zsharness-${name}`
  return `-drive file={${name}},format=raw,if=none,id=${name},cache=unsafe -device virtio-blk-device,drive=${name}${serial}`
}

const deployToQemu = (cell: LavaCell) => {
  const append = formatted(commandLine(cell).join(' '))
  const disks = cell.disks.map(({ url, sha256 }, index) => {
    const name = DISKS[index]!
    const isOnly = cell.disks.length === 1
    return [name, { url, sha256sum: sha256, compression: 'gz', image_arg: diskArg(name, isOnly) }] as const
  })
  return {
    timeout: { minutes: FETCH_MIN },
    to: 'tmpfs',
    images: {
      kernel: { url: cell.image.url, sha256sum: cell.image.sha256, image_arg: `-kernel {kernel} -append "${append}"` },
      initramfs: { url: cell.initramfs.url, sha256sum: cell.initramfs.sha256, image_arg: '-initrd {initramfs}' },
      ...Object.fromEntries(disks),
    },
  }
}

// LAVA would unpack the initramfs to put its own files there, and find the first of its two archives only.
const deployToBoard = (cell: LavaCell, method: LavaMethod) => ({
  timeout: { minutes: FETCH_MIN },
  to: 'tftp',
  kernel: {
    url: cell.image.url,
    sha256sum: cell.image.sha256,
    type: cell.place.arch === 'arm64' ? 'image' : 'zimage',
  },
  ramdisk: {
    url: cell.initramfs.url,
    sha256sum: cell.initramfs.sha256,
    install_modules: false,
    install_overlay: false,
    ...(method === 'u-boot' ? { header: 'u-boot' } : {}),
  },
})

const BOOTED = 'Run /init as init process'

const bootOf = (method: LavaMethod) => ({
  timeout: minutes(limitsFor('tcg').bootMaxS),
  method,
  ...(method === 'qemu' ? { media: 'tmpfs' } : { commands: 'ramdisk' }),
  prompts: [BOOTED],
})

/** What the guest's init prints is all that LAVA sees: init is no shell, so that nothing can be typed. */
const testOf = (seconds: number) => ({
  timeout: minutes(seconds),
  monitors: [
    {
      name: 'zsharness',
      start: 'zsharness: lane',
      end: 'zsharness: end: .*|Rebooting in \\d+ seconds',
      pattern: '(?P<test_case_id>lane \\S+|Kernel panic)(?: ends:| -) (?P<result>ok|failed|skipped|not syncing)',
      fixupdict: { ok: 'pass', failed: 'fail', skipped: 'skip', 'not syncing': 'fail' },
    },
  ],
})

// A board's own console, and the clocks of an emulated one, are its device dictionary's business.
const boardParameters = (cell: LavaCell): string =>
  commandLine(cell)
    .filter((one) => !one.startsWith('console='))
    .join(' ')

const contextOf = (cell: LavaCell, method: LavaMethod) => {
  if (method !== 'qemu') return { extra_kernel_args: boardParameters(cell) }
  const { name, qemu } = findArch(cell.place.arch)
  return {
    arch: name,
    machine: qemu.machine.tcg,
    cpu: qemu.cpu.tcg,
    memory: cell.memoryMiB,
    extra_options: [
      '-device virtio-serial-device',
      // LAVA collects no files of a worker: the records go nowhere, and the guest must not wait for a reader.
      '-chardev null,id=records',
      '-device virtserialport,chardev=records,name=zsharness.records',
    ],
  }
}

/** The job of one boot. */
export const lavaJob = (cell: LavaCell, { deviceType, method }: LavaTarget) => {
  requirePlain(cell)
  const lanes = laneSeconds(cell.parameters)
  const whole = lanes + limitsFor('tcg').bootMaxS + FETCH_MIN * 60
  const { place, kernel, seed } = cell
  return {
    device_type: deviceType,
    job_name: `zsharness ${cell.id}`.slice(0, 200),
    visibility: 'public',
    priority: 'medium',
    timeouts: { job: minutes(whole), action: minutes(Math.max(lanes, FETCH_MIN * 60)), connection: { minutes: 5 } },
    metadata: { cell: cell.id, ...place, version: kernel.version, kernel: kernel.key, bundle: kernel.bundle, seed },
    context: contextOf(cell, method),
    actions: [
      { deploy: method === 'qemu' ? deployToQemu(cell) : deployToBoard(cell, method) },
      { boot: bootOf(method) },
      { test: testOf(lanes) },
    ] as const,
  }
}

/** A job as LAVA takes it. */
export const lavaYaml = (cell: LavaCell, target: LavaTarget): string =>
  `# ${cell.id}, made by zsharness matrix --emit lava\n${stringify(lavaJob(cell, target), { lineWidth: 0 })}`
