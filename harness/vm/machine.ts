// SPDX-License-Identifier: MIT
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Arch } from '../inputs/arch/index.ts'
import { LineSplitter } from '../lib/process/lines.ts'
import { type Ended, runProcess } from '../lib/process/run.ts'
import type { Accelerator } from './accel.ts'
import { kernelParameters, type MachineFiles, qemuArgs, SWAP_MIB, type Workload } from './argv.ts'
import type { Limits } from './limits.ts'
import { Qmp } from './qmp.ts'
import { listenOnce } from './sockets.ts'
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

/** What a listener sees while the guest runs; answering a phase moves the time limits. */
export interface BootListener {
  readonly onConsole: (chunk: Uint8Array) => Phase | undefined
  readonly onRecord: (line: string) => Phase | undefined
}

/** How a boot ended, as QEMU and the clock tell it; no judgement of the kernel. */
export interface BootEnd {
  readonly process: Ended
  /** QEMU's own reason, such as `guest-reset`; undefined when it died or was killed. */
  readonly shutdown: string | undefined
  readonly gaveUp: GaveUp | undefined
  /** QEMU's own messages. */
  readonly stderr: readonly string[]
  readonly durationMs: number
  readonly argv: readonly string[]
}

const CHECK_EVERY_MS = 250
const QUIT_GRACE_MS = 1_500

const makeSwap = async (path: string): Promise<void> => {
  const file = await open(path, 'w')
  await file.truncate(SWAP_MIB << 20)
  await file.close()
}

const closeLog = async (log: WriteStream): Promise<void> => {
  log.end()
  await finished(log)
}

/** Boots one machine and follows it to its end. Nothing of it is left when the promise settles. */
export const bootMachine = async (plan: BootPlan, listener: BootListener): Promise<BootEnd> => {
  // Short: a Unix socket's path holds 107 bytes.
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-vm-'))
  try {
    const files: MachineFiles = {
      image: plan.image,
      initramfs: plan.initramfs,
      swap: join(dir, 'swap.img'),
      recordsSocket: join(dir, 'records.sock'),
      qmpSocket: join(dir, 'qmp.sock'),
    }
    await makeSwap(files.swap)
    return await follow(plan, files, listener)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const follow = async (plan: BootPlan, files: MachineFiles, listener: BootListener): Promise<BootEnd> => {
  const console = createWriteStream(plan.consoleLog)
  const records = createWriteStream(plan.recordsLog)
  const watchdog = new Watchdog(plan.limits, lanesLimitS(plan.workload.lanes, plan.limits), performance.now())
  const hear = (phase: Phase | undefined): void => {
    const now = performance.now()
    watchdog.heard(now)
    if (phase) watchdog.enter(phase, now)
  }
  let qmp: Qmp | undefined
  await using _qmp = await listenOnce(files.qmpSocket, (socket) => {
    qmp = new Qmp(socket)
  })
  const recordLines = new LineSplitter((line) => hear(listener.onRecord(line)))
  await using _records = await listenOnce(files.recordsSocket, (socket) => {
    socket.on('data', (chunk: Buffer) => {
      records.write(chunk)
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
  const argv = qemuArgs(
    plan.arch,
    plan.accelerator,
    files,
    kernelParameters(plan.arch, plan.limits, plan.workload, plan.hostTicksKHz),
  )
  const stderr: string[] = []
  const result = await runProcess(argv, {
    signal: AbortSignal.any([plan.signal, stop.signal]),
    graceMs: 500,
    onStdout: (chunk) => {
      console.write(chunk)
      hear(listener.onConsole(chunk))
    },
    onLine: (line, stream) => {
      if (stream === 'stderr') stderr.push(line)
    },
  }).finally(() => clearInterval(timer))
  recordLines.end()
  await Promise.all([closeLog(console), closeLog(records)])
  return { process: result.ended, shutdown: qmp?.shutdownReason, gaveUp, stderr, durationMs: result.durationMs, argv }
}
