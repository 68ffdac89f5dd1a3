// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { MODULES } from '../bundle/names.ts'
import type { Bundle } from '../bundle/open.ts'
import type { Generation } from '../guest/generation.ts'
import type { HoldPlan } from '../guest/holds.ts'
import { obtainInitramfs } from '../guest/initramfs.ts'
import type { Lane } from '../guest/lanes.ts'
import type { Program } from '../guest/programs.ts'
import { ofType } from '../guest/records.ts'
import { withPrograms } from '../guest/withprograms.ts'
import { findArch } from '../inputs/arch/index.ts'
import type { Series } from '../inputs/series/model.ts'
import { askTree, withGuilty } from '../kernel/guilty/guilty.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import type { Kernel } from '../kernel/model.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { takeVmSeat } from '../lib/locks/slots.ts'
import { inPhase } from '../lib/phase.ts'
import type { Context } from '../model/events.ts'
import { type Additions, DEFAULT_MEMORY_MIB, type LaneName } from '../model/results.ts'
import type { Splat } from '../splat/index.ts'
import { type Symbolized, symbolize } from '../splat/symbols/index.ts'
import type { Observation } from '../verdict/observation.ts'
import type { Accelerator } from '../vm/accel.ts'
import { VCPUS, type Workload } from '../vm/argv.ts'
import { limitsFor } from '../vm/limits.ts'
import { type BootEnd, bootMachine } from '../vm/machine.ts'
import { askBundle } from './bundled/blame.ts'
import { requireBooted } from './bundled/booted.ts'
import { debuggingOf } from './debug.ts'
import { GuestListener } from './listener.ts'
import { hostCapacity, vmMiB } from './machines.ts'
import type { CellPlan } from './plan/pairs.ts'
import type { RunSettings } from './settings.ts'

// Each object holds the path of the build that compiled it: this kernel's own or a donor's.
const BUILT_SOURCE = /^.*\/builds\/[^/]+\/src\//

/** A kernel and how it is booted. */
export interface BootInputs {
  readonly plan: Pick<CellPlan, 'arch'>
  readonly kernel: Kernel
  readonly toolchain: Toolchain
  readonly lanes: readonly Lane[]
  readonly generation: Generation
  readonly unfitLanes: readonly LaneName[]
  readonly workload: Workload
  readonly holds: HoldPlan
  readonly accelerator: Accelerator
  readonly hostTicksKHz: number | null
  readonly series: Series
  readonly settings: Pick<RunSettings, 'cache' | 'added' | 'debug'>
  /** The programs of the user; missing without any. */
  readonly programs?: readonly Program[]
  /** The bundle that the kernel is from; missing for one that was built here. */
  readonly bundle?: Bundle | null
  /** The cell's results folder. */
  readonly dir: string
}

interface Guest extends AsyncDisposable {
  readonly dir: string
}

/** A boot that has ended. */
export interface Booted {
  /** Without the patch's executed lines, which are measured afterwards. */
  readonly observation: Omit<Observation, 'patchLines'>
  readonly argv: readonly string[]
  /** How much of each second QEMU waited for a CPU; null where the host does not say. */
  readonly waitShare: number | null
  /** From QEMU's start to the guest's first record. */
  readonly bootMs: number
  /** From the guest's first record to the end. */
  readonly lanesMs: number
}

const floodProblems = ({ lostRecords }: BootEnd): readonly string[] =>
  lostRecords === undefined ? [] : [`the guest sent records of ${lostRecords}`]

const heard = (boot: BootEnd, listener: GuestListener) => {
  const { testimony, ...rest } = listener.close()
  return { ...rest, testimony: { ...testimony, problems: [...floodProblems(boot), ...testimony.problems] } }
}

const askedPrograms = ({ programs = [], settings }: BootInputs) =>
  programs.length === 0
    ? {}
    : { programs: { names: programs.map(({ name }) => name), processes: settings.added.workloadProcs } }

const observe = (inputs: BootInputs, boot: BootEnd, listener: GuestListener): Booted['observation'] => {
  const { workload, generation, series, holds } = inputs
  return {
    ...heard(boot, listener),
    asked: {
      lanes: workload.lanes,
      seed: workload.seed,
      parameters: boot.argv[boot.argv.indexOf('-append') + 1] ?? '',
      cpus: VCPUS,
      ...askedPrograms(inputs),
    },
    holds,
    generation,
    unfitLanes: inputs.unfitLanes,
    zpool: workload.zpool,
    lastConsoleLines: listener.lastConsoleLines,
    boot,
    signature: series.signature,
  }
}

// Only a guest that is larger than usual leaves less for others.
const shareOf = ({ memoryMiB }: Additions): number =>
  memoryMiB <= DEFAULT_MEMORY_MIB ? 0 : vmMiB(memoryMiB) / hostCapacity().memoryMiB

const bootGuest = async (
  { plan, kernel, workload, accelerator, settings, hostTicksKHz, dir, holds, programs = [] }: BootInputs,
  guestDir: string,
  listener: GuestListener,
  context: Context,
): Promise<BootEnd> => {
  const { memoryMiB } = settings.added
  const boot = { arch: plan.arch, kernel, guestDir, dir, memoryMiB, loaded: () => listener.loadedModules }
  const debugging = await debuggingOf(settings.debug, boot, context)
  const more = settings.debug?.shell?.files ?? []
  const bootWith = (initramfs: string): Promise<BootEnd> =>
    bootMachine(
      {
        arch: findArch(plan.arch),
        accelerator,
        limits: limitsFor(accelerator),
        image: join(kernel.dir, kernel.meta.image),
        initramfs,
        workload,
        hardware: settings.added,
        hostTicksKHz,
        consoleLog: join(dir, 'console.log'),
        recordsLog: join(dir, 'records.jsonl'),
        debugging,
        signal: context.signal,
      },
      listener,
    )
  return withPrograms(guestDir, programs, settings.added.workloadProcs, holds, bootWith, more)
}

const guestOf = ({ plan, kernel, toolchain, settings, bundle }: BootInputs, context: Context): Promise<Guest> =>
  bundle
    ? Promise.resolve({ dir: bundle.dir, [Symbol.asyncDispose]: async () => undefined })
    : obtainInitramfs(kernel, findArch(plan.arch), toolchain, settings.cache, context)

/** The splats with lines and with those to ask about them, and what is in doubt. */
const explained = async (
  { kernel, bundle }: BootInputs,
  guest: Guest,
  splats: readonly Splat[],
  context: Context,
): Promise<Symbolized> => {
  const hasSymbols = bundle?.manifest.part !== 'boot'
  const symbolized = await inPhase(context, 'symbols', async () =>
    hasSymbols
      ? symbolize(splats, {
          vmlinux: join(objectDir(kernel.dir), 'vmlinux'),
          modulesDir: bundle ? join(guest.dir, MODULES) : guest.dir,
          sourcePrefix: BUILT_SOURCE,
        })
      : { splats, notes: splats.length === 0 ? [] : ['the bundle has no symbols: stack traces get no lines'] },
  )
  const answers = bundle ? askBundle(bundle) : askTree(sourceDir(kernel.dir), context.signal)
  const blamed = await inPhase(context, 'maintainers', () => withGuilty(symbolized.splats, answers))
  return { ...symbolized, splats: blamed }
}

/** Boots one kernel with its lanes and collects everything that it showed. */
export const bootCell = async (inputs: BootInputs, context: Context): Promise<Booted> => {
  const { workload, accelerator, settings, bundle } = inputs
  const { emit, scope, signal } = context
  await using guest = await inPhase(context, 'guest', () => guestOf(inputs, context))
  await using _seat = await takeVmSeat(
    {
      signal,
      onWait: () => emit({ type: 'note', scope, level: 'info', text: 'waiting for two free CPUs' }),
    },
    shareOf(settings.added),
  )
  emit({ type: 'step', scope, step: 'boot', state: 'start', detail: accelerator })
  const listener = new GuestListener(
    emit,
    scope,
    workload.lanes.reduce((sum, { seconds }) => sum + seconds, 0),
  )
  const started = performance.now()
  const boot = await inPhase(context, 'boot and lanes', () => bootGuest(inputs, guest.dir, listener, context))
  signal.throwIfAborted()
  const observed = observe(inputs, boot, listener)
  if (bundle) requireBooted(bundle, ofType(observed.testimony.records, 'hello')[0]?.release)
  const { splats, notes } = await explained(inputs, guest, observed.splats, context)
  const { suppressed } = observed.console
  if (suppressed > 0)
    emit({ type: 'note', scope, level: 'info', text: `the kernel suppressed ${suppressed} repeated messages` })
  if (boot.gaveUp?.why === 'flood')
    emit({ type: 'note', scope, level: 'info', text: 'ended, as the kernel repeated its reports without end' })
  for (const text of notes) emit({ type: 'note', scope, level: 'warning', text })
  const bootMs = (listener.firstRecordMs ?? started + boot.durationMs) - started
  const observation = { ...observed, splats }
  const { argv, waitShare } = boot
  return { observation, argv, waitShare, bootMs, lanesMs: boot.durationMs - bootMs }
}
