// SPDX-License-Identifier: MIT
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { type LogFile, openLog } from '../lib/files/logfile.ts'
import { inTempDir, tempDirLike } from '../lib/files/temp.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { type Ended, runProcess } from '../lib/process/run.ts'
import type { Accelerator } from './accel.ts'
import { kernelParameters, type MachineFiles, qemuArgs, SWAP_MIB, type Workload } from './argv.ts'
import type { Limits } from './limits.ts'
import { Qmp } from './qmp.ts'
import { listenOnce, requireSocketPath } from './sockets.ts'
import { type GaveUp, lanesLimitS, type Phase, Watchdog } from './watchdog.ts'

export interface BootPlan {
  readonly arch: Arch
  readonly accelerator: Accelerator
  readonly limits: Limits
  readonly image: string
  readonly initramfs: string
  readonly workload: Workload
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
  readonly durationMs: number
  readonly argv: readonly string[]
}

const TEMP_NAME = 'vm'
const RECORDS_SOCKET = 'records.sock'
const CHECK_EVERY_MS = 250
const QUIT_GRACE_MS = 1_500

const makeSwap = async (path: string): Promise<void> => {
  const file = await open(path, 'w')
  await file.truncate(SWAP_MIB << 20)
  await file.close()
}

interface Logs {
  readonly console: LogFile
  readonly records: LogFile
}

const follow = async (plan: BootPlan, files: MachineFiles, logs: Logs, listener: BootListener): Promise<BootEnd> => {
  const watchdog = new Watchdog(plan.limits, lanesLimitS(plan.workload.lanes, plan.limits), performance.now())
  const hear = (phase: Phase | undefined): void => {
    const now = performance.now()
    watchdog.heard(now)
    if (phase) watchdog.enter(phase, now)
  }
  let qmp: Qmp | undefined
  await using monitor = await listenOnce(files.qmpSocket, (socket) => {
    qmp = new Qmp(socket)
  })
  const recordLines = new LineSplitter((line) => hear(listener.onRecord(line)))
  await using records = await listenOnce(files.recordsSocket, (socket) => {
    socket.on('data', (chunk: Buffer) => {
      logs.records.write(chunk, socket)
      recordLines.push(chunk)
    })
  })
  const stop = new AbortController()
  let gaveUp: GaveUp | undefined
  const timer = setInterval(() => {
    gaveUp ??= watchdog.check(performance.now())
    if (!gaveUp) return
    clearInterval(timer)
    qmp?.quit()
    setTimeout(() => stop.abort(), QUIT_GRACE_MS).unref()
  }, CHECK_EVERY_MS)
  const parameters = kernelParameters(plan.arch, plan.limits, plan.workload, plan.hostTicksKHz)
  const argv = qemuArgs(plan.arch, plan.accelerator, files, parameters)
  const stderr: string[] = []
  const result = await runProcess(argv, {
    signal: AbortSignal.any([plan.signal, stop.signal, logs.console.failed, logs.records.failed]),
    graceMs: 500,
    onStdout: (chunk, stdout) => {
      logs.console.write(chunk, stdout)
      hear(listener.onConsole(chunk))
    },
    onLine: (line, stream) => {
      if (stream === 'stderr') stderr.push(line)
    },
  }).finally(() => clearInterval(timer))
  await Promise.all([monitor.ended(), records.ended()])
  recordLines.end()
  return { process: result.ended, shutdown: qmp?.shutdownReason, gaveUp, stderr, durationMs: result.durationMs, argv }
}

/** Throws a HostError when TMPDIR is too long for the sockets of a machine; a run asks this before it builds. */
export const requireSocketRoom = (): void => requireSocketPath(join(tempDirLike(TEMP_NAME), RECORDS_SOCKET))

/**
 * Boots one machine and follows it to its end. When the promise settles, QEMU and the temporary files are gone and both
 * logs are complete. Throws a HostError when a log cannot be written, after stopping the machine.
 */
export const bootMachine = async (plan: BootPlan, listener: BootListener): Promise<BootEnd> => {
  await using console = await openLog(plan.consoleLog, 'replace')
  await using records = await openLog(plan.recordsLog, 'replace')
  const end = await inTempDir(TEMP_NAME, async (dir) => {
    const files: MachineFiles = {
      image: plan.image,
      initramfs: plan.initramfs,
      swap: join(dir, 'swap.img'),
      recordsSocket: join(dir, RECORDS_SOCKET),
      qmpSocket: join(dir, 'qmp.sock'),
    }
    await makeSwap(files.swap)
    return await follow(plan, files, { console, records }, listener)
  })
  await console.close()
  await records.close()
  return end
}
