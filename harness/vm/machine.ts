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
import { sampleHost } from './hostsample.ts'
import type { Limits } from './limits.ts'
import { type Overseen, Overseer } from './overseer.ts'
import { Qmp } from './qmp.ts'
import { listenOnce, requireSocketPath } from './sockets.ts'
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
  readonly signal: AbortSignal
}

/** Gets what the guest prints and records; a phase that it returns selects the time limits from then on. */
export interface BootListener {
  readonly onConsole: (chunk: Uint8Array) => Phase | undefined
  readonly onRecord: (line: string) => Phase | undefined
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
const makeReaders = (logs: Logs, listener: BootListener, overseer: Overseer) => {
  const bounds = { console: new BoundedStream(CONSOLE_BOUNDS), records: new BoundedStream(RECORD_BOUNDS) }
  const recordLines = new LineSplitter((line) => overseer.heard(listener.onRecord(line)))
  return {
    bounds,
    onConsole: (chunk: Uint8Array, stdout: LogSource): void => {
      const whole = !bounds.console.overflowed
      const kept = bounds.console.keeps(chunk)
      if (kept || whole) logs.console.write(kept ? chunk : TRUNCATED, stdout)
      overseer.heard(kept ? listener.onConsole(chunk) : undefined)
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

// Whoever asked QEMU to end: this harness does so only after it gave up.
const endedByHost = (shutdown: string | undefined, { gaveUp }: Overseer, ended: Ended): readonly string[] =>
  shutdown?.startsWith('host-') && !gaveUp && ended.by !== 'abort'
    ? [`something on this host ended QEMU (${shutdown})`]
    : []

const follow = async (
  plan: BootPlan,
  files: MachineFiles,
  logs: Logs,
  listener: BootListener,
  sample: Overseen['sample'],
): Promise<BootEnd> => {
  const lanesS = lanesLimitS(plan.workload.lanes, plan.limits)
  const behind = (): boolean => logs.console.behind || logs.records.behind
  using overseer = new Overseer({ limits: plan.limits, lanesS, behind, sample })
  const { bounds, onConsole, onRecords, end } = makeReaders(logs, listener, overseer)
  await using monitor = await listenOnce(files.qmpSocket, (socket) => {
    // QEMU holds the disks open: without names they go when QEMU does, however that happens.
    overseer.qmp = new Qmp(socket, () => {
      for (const path of [files.swap, files.disk]) if (path !== undefined) unlink(path, () => undefined)
    })
  })
  await using records = await listenOnce(files.recordsSocket, onRecords)
  const parameters = kernelParameters(plan.arch, plan.limits, plan.workload, plan.hostTicksKHz)
  const argv = qemuArgs(plan.arch, plan.accelerator, files, parameters, plan.hardware?.memoryMiB)
  const stderr: string[] = []
  const result = await runProcess(argv, {
    signal: AbortSignal.any([plan.signal, overseer.stop, logs.console.failed, logs.records.failed]),
    graceMs: 500,
    onStart: (pid) => overseer.started(pid),
    onStdout: onConsole,
    onLine: (line, stream) => {
      if (stream === 'stderr' && stderr.length < STDERR_LINES) stderr.push(line)
    },
  })
  await Promise.all([monitor.ended(), records.ended()])
  end()
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
    argv,
  }
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
    }
    await makeDisk(files.swap, SWAP_MIB)
    if (files.disk !== undefined) await makeDisk(files.disk, diskMiB)
    return await follow(plan, files, { console, records }, listener, sample)
  })
  await console.close()
  await records.close()
  return end
}
