// SPDX-License-Identifier: MIT
import { unlink } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { type LogFile, type LogSource, openLog } from '../lib/files/logfile.ts'
import { inTempDir, tempDirLike } from '../lib/files/temp.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { type Ended, runProcess } from '../lib/process/run.ts'
import type { Accelerator } from './accel.ts'
import { type Hardware, kernelParameters, type MachineFiles, qemuArgs, SWAP_MIB, type Workload } from './argv.ts'
import { BoundedStream, CONSOLE_BOUNDS, RECORD_BOUNDS } from './bound.ts'
import { debugArgs } from './debug/argv.ts'
import type { Debugging, Terminal } from './debug/model.ts'
import { DebugSession } from './debug/session.ts'
import { sampleHost } from './hostsample.ts'
import type { Limits } from './limits.ts'
import { type Overseen, Overseer } from './overseer.ts'
import { Qmp } from './qmp.ts'
import { type Listener, listenOnce, requireSocketPath } from './sockets.ts'
import { type GaveUp, lanesLimitS, type Phase } from './watchdog.ts'

export interface BootPlan {
  readonly arch: Arch
  readonly accelerator: Accelerator
  readonly limits: Limits
  readonly image: string
  readonly initramfs: string
  readonly workload: Workload
  /** Missing for the usual one. */
  readonly hardware?: Hardware
  readonly hostTicksKHz: number | null
  readonly consoleLog: string
  readonly recordsLog: string
  /** Missing for a boot that nobody debugs. */
  readonly debugging?: Debugging | undefined
  readonly signal: AbortSignal
}

/** Gets what the guest prints and records; a phase that it returns selects the time limits from then on. */
export interface BootListener {
  readonly onConsole: (chunk: Uint8Array) => Phase | undefined
  readonly onRecord: (line: string) => Phase | undefined
  /** Whether the kernel has begun a report. */
  readonly sawSplat?: boolean
}

/** How a boot ended, from QEMU and the clock. It does not judge the kernel. */
export interface BootEnd {
  readonly process: Ended
  /** The reason that QEMU gave, such as `guest-reset`; undefined when QEMU crashed or was killed. */
  readonly shutdown: string | undefined
  /** Set when the harness stopped waiting for the guest. */
  readonly gaveUp: GaveUp | undefined
  /** What QEMU itself printed. */
  readonly stderr: readonly string[]
  /** What the host did to QEMU, with what shows it, so that the boot says nothing about the kernel. */
  readonly host: readonly string[]
  /** What held the guest up for long enough to make a kernel report a stall, although the boot went on. */
  readonly delays: readonly string[]
  /** How much of each second QEMU's threads waited for a CPU, all together; null where the host does not say. */
  readonly waitShare: number | null
  /** What was dropped, because the guest printed or sent too much. */
  readonly lostConsole: string | undefined
  readonly lostRecords: string | undefined
  readonly durationMs: number
  /** Why the guest's memory was not written, although that was asked for. */
  readonly dumpError?: string | undefined
  readonly argv: readonly string[]
}

const TEMP_NAME = 'vm'
const RECORDS_SOCKET = 'records.sock'
const STDERR_LINES = 1_000

const makeDisk = async (path: string, sizeMiB: number): Promise<void> => {
  const file = await open(path, 'w')
  await file.truncate(sizeMiB * 2 ** 20)
  await file.close()
}

interface Logs {
  readonly console: LogFile
  readonly records: LogFile
}

const TRUNCATED = Buffer.from('\nzsharness: the console printed too much, the rest is not in this file\n')

/** Hands what QEMU sends to the logs and the listener, up to their bounds. */
const makeReaders = (logs: Logs, listener: BootListener, overseer: Overseer, session: DebugSession | undefined) => {
  const bounds = { console: new BoundedStream(CONSOLE_BOUNDS), records: new BoundedStream(RECORD_BOUNDS) }
  const recordLines = new LineSplitter((line) => overseer.heard(listener.onRecord(line)))
  return {
    bounds,
    onConsole: (chunk: Uint8Array, stdout: LogSource): void => {
      const whole = !bounds.console.overflowed
      const kept = bounds.console.keeps(chunk)
      if (kept || whole) logs.console.write(kept ? chunk : TRUNCATED, stdout)
      overseer.heard(kept ? listener.onConsole(chunk) : undefined)
      if (listener.sawSplat) session?.sawSplat(overseer.qmp)
    },
    onRecords: (socket: Socket): void => {
      socket.on('data', (chunk: Buffer) => {
        overseer.heard(undefined)
        if (!bounds.records.keeps(chunk)) return
        logs.records.write(chunk, socket)
        recordLines.push(chunk)
      })
    },
    end: () => recordLines.end(),
  }
}

// Whoever asked QEMU to end: this harness does so only after it gave up, or for a person.
const endedByHost = (shutdown: string | undefined, { left }: Overseer, ended: Ended): readonly string[] =>
  shutdown?.startsWith('host-') && !left && ended.by !== 'abort'
    ? [`something on this host ended QEMU (${shutdown})`]
    : []

/** Connects a person's terminal to the console, when QEMU connects. */
const consoleOn = (
  path: string | undefined,
  terminal: Terminal | undefined,
  onConsole: (chunk: Uint8Array, source: LogSource) => void,
  leave: () => void,
): Promise<Listener> | undefined =>
  path === undefined || terminal === undefined
    ? undefined
    : listenOnce(path, (socket) => {
        const connection = terminal.connect((bytes) => void socket.write(bytes), leave)
        socket.once('close', () => connection[Symbol.dispose]())
        socket.on('data', (chunk: Buffer) => {
          terminal.show(chunk)
          onConsole(chunk, socket)
        })
      })

const argvOf = (plan: BootPlan, files: MachineFiles, session: DebugSession | undefined): readonly string[] => {
  const parameters = kernelParameters(plan.arch, plan.limits, plan.workload, plan.hostTicksKHz)
  return [
    ...qemuArgs(plan.arch, plan.accelerator, files, parameters, plan.hardware?.memoryMiB),
    ...(plan.debugging && session ? debugArgs(plan.debugging, session.socket) : []),
  ]
}

const monitorOn = (files: MachineFiles, overseer: Overseer, session: DebugSession | undefined): Promise<Listener> =>
  listenOnce(files.qmpSocket, (socket) => {
    const onReady = (): void => {
      // QEMU holds the disks open: without names they go when QEMU does, however that happens.
      for (const path of [files.swap, files.disk]) if (path !== undefined) unlink(path, () => undefined)
      session?.ready()
    }
    overseer.qmp = new Qmp(socket, onReady, () => session?.keepsMemory && void overseer.leave())
  })

/** How a machine is followed: the debugger's session is missing where there is none. */
interface Followed {
  readonly overseer: Overseer
  readonly session: DebugSession | undefined
  /** Aborts when the debugger's side fails. */
  readonly failed: AbortSignal
}

const follow = async (
  plan: BootPlan,
  files: MachineFiles,
  logs: Logs,
  listener: BootListener,
  { overseer, session, failed }: Followed,
): Promise<BootEnd> => {
  const { bounds, onConsole, onRecords, end } = makeReaders(logs, listener, overseer, session)
  await using monitor = await monitorOn(files, overseer, session)
  await using records = await listenOnce(files.recordsSocket, onRecords)
  const leave = (): void => void overseer.leave()
  await using console = await consoleOn(files.consoleSocket, plan.debugging?.terminal, onConsole, leave)
  const argv = argvOf(plan, files, session)
  const stderr: string[] = []
  const result = await runProcess(argv, {
    signal: AbortSignal.any([plan.signal, failed, overseer.stop, logs.console.failed, logs.records.failed]),
    graceMs: 500,
    onStart: (pid) => overseer.started(pid),
    onStdout: onConsole,
    onLine: (line, stream) => {
      if (stream === 'stderr' && stderr.length < STDERR_LINES) stderr.push(line)
    },
  })
  await Promise.all([monitor.ended(), records.ended(), console?.ended()])
  end()
  failed.throwIfAborted()
  const shutdown = overseer.qmp?.shutdownReason
  return {
    process: result.ended,
    shutdown,
    gaveUp: overseer.gaveUp,
    stderr,
    host: [...overseer.host, ...endedByHost(shutdown, overseer, result.ended)],
    delays: overseer.delays,
    waitShare: overseer.waitShare,
    lostConsole: bounds.console.problem,
    lostRecords: bounds.records.problem,
    durationMs: result.durationMs,
    dumpError: session?.dumpError,
    argv,
  }
}

/** Follows a machine whose files are in `dir`. */
const followIn = async (
  dir: string,
  plan: BootPlan,
  files: MachineFiles,
  logs: Logs,
  listener: BootListener,
  sample: Overseen['sample'],
): Promise<BootEnd> => {
  const failure = new AbortController()
  const session = plan.debugging && new DebugSession(plan.debugging, dir, (error) => failure.abort(error))
  using overseer = new Overseer({
    limits: plan.limits,
    lanesS: lanesLimitS(plan.workload.lanes, plan.limits),
    behind: () => logs.console.behind || logs.records.behind,
    sample,
    patient: () => session?.patient ?? false,
    beforeQuit: async (qmp) => session?.beforeQuit(qmp),
  })
  return await follow(plan, files, logs, listener, { overseer, session, failed: failure.signal })
}

/** Throws a HostError when TMPDIR is too long for the sockets of a machine; a run asks this before it builds. */
export const requireSocketRoom = (): void => requireSocketPath(join(tempDirLike(TEMP_NAME), RECORDS_SOCKET))

/**
 * Boots one machine and follows it to its end. When the promise settles, QEMU and the temporary files are gone and both
 * logs are complete. Throws a HostError when a log cannot be written, after stopping the machine.
 */
export const bootMachine = async (
  plan: BootPlan,
  listener: BootListener,
  sample: Overseen['sample'] = sampleHost,
): Promise<BootEnd> => {
  await using console = await openLog(plan.consoleLog, 'replace')
  await using records = await openLog(plan.recordsLog, 'replace')
  const end = await inTempDir(TEMP_NAME, async (dir) => {
    const { diskMiB = 0 } = plan.hardware ?? {}
    const files: MachineFiles = {
      image: plan.image,
      initramfs: plan.initramfs,
      swap: join(dir, 'swap.img'),
      disk: diskMiB > 0 ? join(dir, 'disk.img') : undefined,
      recordsSocket: join(dir, RECORDS_SOCKET),
      qmpSocket: join(dir, 'qmp.sock'),
      consoleSocket: plan.debugging?.terminal && join(dir, 'console.sock'),
    }
    await makeDisk(files.swap, SWAP_MIB)
    if (files.disk !== undefined) await makeDisk(files.disk, diskMiB)
    return await followIn(dir, plan, files, { console, records }, listener, sample)
  })
  await console.close()
  await records.close()
  return end
}
