// SPDX-License-Identifier: MIT
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CpioEntry } from '../guest/cpio.ts'
import { findArch } from '../inputs/arch/index.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import type { Kernel } from '../kernel/model.ts'
import { readElf } from '../lib/elf.ts'
import { exists } from '../lib/files/exists.ts'
import { requireSpace } from '../lib/files/space.ts'
import { shellWord } from '../lib/text/shellword.ts'
import type { Context } from '../model/events.ts'
import type { ArchName, CellVerdict } from '../model/results.ts'
import type { Workload } from '../vm/argv.ts'
import type { Debugging, Terminal, Waiting } from '../vm/debug/model.ts'
import { debugModule } from '../vm/debug/module.ts'
import { type DebugKernel, gdbScript, type Loaded } from '../vm/debug/script.ts'
import { movedModule, movedSources } from '../vm/debug/sources.ts'

/** What a person does with a boot. */
export type DebugHow = 'gdb' | 'at-splat' | 'shell'

/** How boots are debugged. */
export interface DebugAsked {
  /** Null for a boot that is judged as any other. */
  readonly how: DebugHow | null
  /** Whether the guest's memory is kept when the cell fails. */
  readonly dump: boolean
  /** The gdb for the guest's architecture. */
  readonly gdb: string
  readonly shell?: {
    readonly terminal: Terminal
    /** `24x80`: rows and columns. */
    readonly size: string
    /** What the initramfs gets for it. */
    readonly files: readonly CpioEntry[]
  }
}

/** The file of a cell with the guest's memory. */
export const VMCORE = 'vmcore'

/** What the guest of a boot that is debugged is asked to do. */
export const debugWorkload = (
  asked: DebugAsked | undefined,
  live: ReadonlySet<string>,
  workload: Workload,
): Workload => {
  if (asked === undefined) return workload
  const { shell, how, dump } = asked
  // Otherwise no address of vmlinux is one of the guest.
  const moves = live.has('CONFIG_RANDOMIZE_BASE') && (dump || how === 'gdb' || how === 'at-splat')
  const parameters = [...(moves ? ['nokaslr'] : []), ...(shell ? [`zsharness_shell=${shell.size}`] : [])]
  return { ...workload, parameters: [...(workload.parameters ?? []), ...parameters] }
}

const modulesIn = async (guestDir: string) => {
  const names = (await readdir(guestDir, { withFileTypes: true })).filter((one) => one.isDirectory())
  return names.map(({ name }) => ({ dir: join(guestDir, name), ...debugModule(join(guestDir, name, `${name}.ko`)) }))
}

/** What gdb is told about a kernel and the modules of its guest. */
const debugKernel = async (arch: ArchName, kernel: Kernel, guestDir: string): Promise<DebugKernel> => {
  const [objects, source] = [objectDir(kernel.dir), sourceDir(kernel.dir)]
  const vmlinux = join(objects, 'vmlinux')
  const commands = join(objects, 'vmlinux-gdb.py')
  const modules = await modulesIn(guestDir)
  const { functions } = readElf(vmlinux)
  const addressOf = (name: string): bigint | undefined => functions.get(name)?.[0]?.value
  return {
    arch,
    vmlinux,
    source,
    modules,
    moved: [
      ...movedSources(vmlinux, source),
      ...modules.flatMap(({ file, dir, name }) => movedModule(file, dir, name)),
    ],
    addresses: { start_kernel: addressOf('start_kernel'), module_finalize: addressOf('module_finalize') },
    commands: (await exists(commands)) ? commands : undefined,
  }
}

/** A boot that may be debugged. */
export interface Debuggable {
  readonly arch: ArchName
  readonly kernel: Kernel
  readonly guestDir: string
  /** The cell's results folder. */
  readonly dir: string
  readonly memoryMiB: number
  /** Where the sections of the guest's modules are. */
  readonly loaded: () => Loaded
}

const WAITS = {
  start: 'the guest waits before its first instruction; in another terminal, run',
  splat: 'the guest is stopped at its first report; in another terminal, run',
} as const

const attach = async (
  { gdb }: DebugAsked,
  boot: Debuggable,
  { stop, socket, dir }: Waiting,
  { emit, scope }: Context,
): Promise<void> => {
  const kernel = await debugKernel(findArch(boot.arch).name, boot.kernel, boot.guestDir)
  const script = join(dir, 'debug.gdb')
  await writeFile(script, gdbScript(kernel, socket, stop === 'splat' ? boot.loaded() : undefined))
  emit({ type: 'note', scope, level: 'info', text: `${WAITS[stop]}: ${gdb} -x ${script}` })
}

/** What opens the guest's memory: crash wants the types of all structures. */
const openedBy = async (kernelDir: string, live: ReadonlySet<string>, file: string): Promise<string> => {
  const vmlinux = join(objectDir(kernelDir), 'vmlinux')
  const typed = live.has('CONFIG_DEBUG_INFO') && !live.has('CONFIG_DEBUG_INFO_REDUCED')
  return typed && (await exists(vmlinux)) ? `; open it with crash ${shellWord(vmlinux)} ${shellWord(file)}` : ''
}

/** A boot whose memory may be kept. */
export interface Dumpable {
  readonly dir: string
  readonly kernel: Pick<Kernel, 'dir'>
  /** The options of its kernel. */
  readonly live: ReadonlySet<string>
}

/**
 * Says where the guest's memory is. Only a failure is worth that much of a disk, and what a person has debugged: null
 * stands for a boot that is not judged.
 */
export const settleDump = async (
  { dir, kernel, live }: Dumpable,
  verdict: CellVerdict | null,
  error: string | undefined,
  { emit, scope }: Context,
): Promise<void> => {
  const file = join(dir, VMCORE)
  const note = (level: 'info' | 'warning', text: string): void => emit({ type: 'note', scope, level, text })
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  const keeps = error === undefined && size > 0 && (verdict === 'fail' || verdict === null)
  if (!keeps) await rm(file, { force: true })
  if (error !== undefined) note('warning', `the guest's memory was not written: ${error}`)
  else if (keeps) {
    const opened = await openedBy(kernel.dir, live, file)
    note('info', `the guest's memory, ${Math.ceil(size / 2 ** 20)} MiB: ${file}${opened}`)
  }
}

const STOPS = { gdb: 'start', 'at-splat': 'splat', shell: undefined } as const

/** How the machine of this boot is debugged; undefined when it is not. */
export const debuggingOf = async (
  asked: DebugAsked | undefined,
  boot: Debuggable,
  context: Context,
): Promise<Debugging | undefined> => {
  if (asked === undefined) return undefined
  if (asked.dump) await requireSpace(boot.dir, boot.memoryMiB, "the dump of the guest's memory")
  return {
    stop: asked.how === null ? undefined : STOPS[asked.how],
    onWaiting: (waiting) => attach(asked, boot, waiting, context),
    terminal: asked.shell?.terminal,
    dump: asked.dump ? join(boot.dir, VMCORE) : undefined,
  }
}
