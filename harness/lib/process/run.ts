// SPDX-License-Identifier: MIT
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { execa } from 'execa'
import { guarded } from './guard.ts'
import { LineSplitter } from './lines.ts'

/** How a process ended; an expected value, never an exception. */
export type Ended =
  | { readonly by: 'exit'; readonly code: number }
  | { readonly by: 'signal'; readonly name: string }
  | { readonly by: 'spawn'; readonly message: string }
  | { readonly by: 'deadline'; readonly afterMs: number }
  | { readonly by: 'abort' }

export interface RunOptions {
  readonly cwd?: string
  /** Added to the harness's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  readonly deadlineMs?: number
  /** Between SIGTERM and SIGKILL of the whole group. */
  readonly graceMs?: number
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  readonly onStdout?: (chunk: Uint8Array) => void
  /** Both streams, byte for byte, appended to this file. */
  readonly logFile?: string
}

export interface RunResult {
  readonly ended: Ended
  readonly durationMs: number
  /** The last lines of both streams, at most 200. */
  readonly tail: readonly string[]
}

const TAIL = 200
const GRACE_MS = 1_000

/** True when the process left by itself with code 0. */
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
      return `was ended after ${Math.round(ended.afterMs / 1000)} s`
    case 'abort':
      return 'was interrupted'
  }
}

const signalGroup = (pid: number | undefined, name: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // The group is gone already.
  }
}

const spawnGroup = (argv: readonly string[], options: RunOptions) => {
  const [file, ...args] = guarded(argv)
  return execa(file, args, {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? {},
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

const armStopper = (child: Child, options: RunOptions): Stopper => {
  let cause: Ended | undefined
  const timers: NodeJS.Timeout[] = []
  const stop = (why: Ended): void => {
    if (cause) return
    cause = why
    signalGroup(child.pid, 'SIGTERM')
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), options.graceMs ?? GRACE_MS))
  }
  const onAbort = (): void => stop({ by: 'abort' })
  const { deadlineMs, signal } = options
  if (deadlineMs !== undefined) timers.push(setTimeout(() => stop({ by: 'deadline', afterMs: deadlineMs }), deadlineMs))
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  return {
    stoppedBy: () => cause,
    [Symbol.dispose]: () => {
      for (const timer of timers) clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

const attachLines = (child: Child, options: RunOptions, tail: string[]): (() => void) => {
  const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a' })
  log?.on('error', () => undefined)
  const splitters = (['stdout', 'stderr'] as const).map((name) => {
    const splitter = new LineSplitter((line) => {
      tail.push(line)
      if (tail.length > TAIL) tail.shift()
      options.onLine?.(line, name)
    })
    child[name]?.on('data', (chunk: Uint8Array) => {
      if (name === 'stdout') options.onStdout?.(chunk)
      splitter.push(chunk)
      log?.write(chunk)
    })
    return splitter
  })
  return () => {
    for (const splitter of splitters) splitter.end()
    log?.end()
    if (log) finished(log).catch(() => undefined)
  }
}

/**
 * Runs `argv` in a process group of its own until it ends, its deadline passes or `signal` aborts.
 * Nothing of the group is left when the promise settles; nothing of it survives the harness.
 */
export const runProcess = async (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const started = performance.now()
  const child = spawnGroup(argv, options)
  const tail: string[] = []
  const flush = attachLines(child, options, tail)
  using stopper = armStopper(child, options)
  // A group member that holds the output open must not delay the end: closing stdin ends the group.
  child.once('exit', () => child.stdin?.end())
  child.stdin?.on('error', () => undefined)
  const result = await child
  flush()
  return { ended: endedBy(result, stopper.stoppedBy()), durationMs: performance.now() - started, tail }
}

const endedBy = (result: Awaited<Child>, stopped: Ended | undefined): Ended => {
  if (stopped) return stopped
  if (result.signal !== undefined) return { by: 'signal', name: result.signal }
  // 126 and 127 are the guard's shell saying that the program cannot run.
  if (result.exitCode === 127 || result.exitCode === 126) return { by: 'spawn', message: 'not found or not executable' }
  if (result.exitCode !== undefined) return { by: 'exit', code: result.exitCode }
  return { by: 'spawn', message: result.shortMessage ?? 'unknown' }
}
