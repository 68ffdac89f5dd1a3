// SPDX-License-Identifier: MIT
import { execa } from 'execa'
import { childEnv } from '../env.ts'
import { type LogFile, type LogSource, openLog } from '../files/logfile.ts'
import { atPriority } from './background.ts'
import { forgetGroup, rememberGroup, signalGroup } from './groups.ts'
import { guarded } from './guard.ts'
import { LineSplitter } from './lines.ts'

/** How a process ended; an expected value, never an exception. */
export type Ended =
  | { readonly by: 'exit'; readonly code: number }
  | { readonly by: 'signal'; readonly name: string }
  | { readonly by: 'spawn'; readonly message: string }
  | { readonly by: 'deadline'; readonly afterMs: number }
  | { readonly by: 'abort' }

export interface ProcessOptions {
  readonly cwd?: string
  /** The whole environment of the process; `childEnv()` by default. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly deadlineMs?: number
  /** Between SIGTERM and SIGKILL of the whole group. */
  readonly graceMs?: number
  /** Gets the process id of `argv`, which leads its group. */
  readonly onStart?: (pid: number) => void
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Gets each chunk of stdout, and the stream, to pause it. */
  readonly onStdout?: (chunk: Uint8Array, stdout: LogSource) => void
  /** Both streams, byte for byte, appended to this file. A slow disk slows the process down. */
  readonly logFile?: string
}

export interface ProcessResult {
  readonly ended: Ended
  readonly durationMs: number
  /** The last lines of both streams, at most 200. */
  readonly tail: readonly string[]
}

const TAIL = 200
const GRACE_MS = 1_000

/** True when the process exited with code 0. */
export const succeeded = (ended: Ended): boolean => ended.by === 'exit' && ended.code === 0

/** One phrase for messages: `exited with 2`, `was killed by SIGKILL`, … */
export const describeEnd = (ended: Ended): string => {
  switch (ended.by) {
    case 'exit':
      return `exited with ${ended.code}`
    case 'signal':
      return `was killed by ${ended.name}`
    case 'spawn':
      return `could not start: ${ended.message}`
    case 'deadline':
      return `was stopped after ${Math.round(ended.afterMs / 1000)} s`
    case 'abort':
      return 'was interrupted'
  }
}

const spawnGroup = (argv: readonly string[], options: ProcessOptions) => {
  const [file, ...args] = guarded(atPriority(argv))
  return execa(file, args, {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? childEnv(),
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdin: 'pipe',
  })
}

type Child = ReturnType<typeof spawnGroup>

interface Stopper {
  stoppedBy(): Ended | undefined
  [Symbol.dispose](): void
}

const armStopper = (child: Child, options: ProcessOptions, log: LogFile | undefined): Stopper => {
  let cause: Ended | undefined
  const timers: NodeJS.Timeout[] = []
  const stop = (why: Ended): void => {
    if (cause) return
    cause = why
    signalGroup(child.pid, 'SIGTERM')
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), options.graceMs ?? GRACE_MS))
  }
  const onAbort = (): void => stop({ by: 'abort' })
  const { deadlineMs } = options
  const signals = [options.signal, log?.failed].filter((signal) => signal !== undefined)
  if (deadlineMs !== undefined) timers.push(setTimeout(() => stop({ by: 'deadline', afterMs: deadlineMs }), deadlineMs))
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true })
  if (signals.some(({ aborted }) => aborted)) onAbort()
  return {
    stoppedBy: () => cause,
    [Symbol.dispose]: () => {
      for (const timer of timers) clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', onAbort)
    },
  }
}

const attachOutput = (
  child: Child,
  options: ProcessOptions,
  log: LogFile | undefined,
  tail: string[],
): (() => void) => {
  const splitters = (['stdout', 'stderr'] as const).map((name) => {
    const stream = child[name]
    const splitter = new LineSplitter((line) => {
      tail.push(line)
      if (tail.length > TAIL) tail.shift()
      options.onLine?.(line, name)
    })
    stream.on('data', (chunk: Uint8Array) => {
      log?.write(chunk, stream)
      if (name === 'stdout') options.onStdout?.(chunk, stream)
      splitter.push(chunk)
    })
    return splitter
  })
  return () => {
    for (const splitter of splitters) splitter.end()
  }
}

const endedBy = (result: Awaited<Child>, stopped: Ended | undefined): Ended => {
  if (stopped) return stopped
  if (result.signal !== undefined) return { by: 'signal', name: result.signal }
  // The guard's shell exits with 126 or 127 when it cannot run the program.
  if (result.exitCode === 127 || result.exitCode === 126) return { by: 'spawn', message: 'not found or not executable' }
  if (result.exitCode !== undefined) return { by: 'exit', code: result.exitCode }
  return { by: 'spawn', message: result.originalMessage?.split('\n')[0] ?? 'unknown error' }
}

/**
 * Runs `argv` in a process group of its own until it ends, its deadline passes or `signal` aborts. When the promise
 * settles, the whole group was killed and the log file is complete and closed. The group never outlives the harness.
 * Throws a HostError when the log file cannot be written, after stopping the group.
 */
export const runProcess = async (argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> => {
  const started = performance.now()
  await using log = options.logFile === undefined ? undefined : await openLog(options.logFile, 'append')
  const child = spawnGroup(argv, options)
  rememberGroup(child.pid)
  if (child.pid !== undefined) options.onStart?.(child.pid)
  const tail: string[] = []
  const flush = attachOutput(child, options, log, tail)
  using stopper = armStopper(child, options, log)
  // Other members of the group must not outlive it, nor delay the end by holding the output open.
  child.once('exit', () => {
    forgetGroup(child.pid)
    signalGroup(child.pid, 'SIGKILL')
    child.stdin.end()
  })
  child.stdin.on('error', () => undefined)
  const result = await child
  flush()
  await log?.close()
  return { ended: endedBy(result, stopper.stoppedBy()), durationMs: performance.now() - started, tail }
}
