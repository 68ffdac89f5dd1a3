// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { builtEnv } from '../env.ts'

export interface Lock {
  [Symbol.asyncDispose](): Promise<void>
}

const BUSY = 75

type Mode = 'exclusive' | 'shared'

// The harness writes a line to release the lock. Without it the harness has died: what it started gets the time to die
// too, before another run takes the lock and the folder that they were writing to. Only an exclusive lock is for writing.
const HOLD: Readonly<Record<Mode, string>> = {
  exclusive: 'echo held; read -r released || exec sleep 1',
  shared: 'echo held; read -r released',
}

// Every Debian has both; a PATH may name only what a run needs.
const FLOCK = '/usr/bin/flock'
const SH = '/bin/sh'

const flock = (): string =>
  (process.env.PATH ?? '').split(':').some((dir) => dir !== '' && existsSync(join(dir, 'flock'))) ? 'flock' : FLOCK

const start = (file: string, mode: Mode, flags: readonly string[]) =>
  execa(flock(), [`--${mode}`, ...flags, '-E', `${BUSY}`, file, SH, '-c', HOLD[mode]], {
    ...builtEnv(),
    // Outside the terminal's process group: Ctrl-C must not release a lock before its holder has cleaned up.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stdout: 'pipe',
  })

type Holder = ReturnType<typeof start>

const isHeld = (child: Holder): Promise<boolean> =>
  new Promise((resolve) => {
    child.stdout.once('data', () => resolve(true))
    child.once('exit', () => resolve(false))
    child.once('error', () => resolve(false))
  })

const release = (child: Holder): Lock => ({
  [Symbol.asyncDispose]: async () => {
    child.stdin.end('released\n')
    await child
  },
})

const take = async (
  file: string,
  mode: Mode,
  flags: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly holder: Holder } | undefined> => {
  const child = start(file, mode, flags)
  child.stdin.on('error', () => undefined)
  const onAbort = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  const held = await isHeld(child)
  signal?.removeEventListener('abort', onAbort)
  // In an object: the child itself is a promise.
  if (held) return { holder: child }
  const { exitCode, shortMessage } = await child
  if (signal?.aborted) throw new InterruptedError()
  if (exitCode === BUSY) return undefined
  throw new HostError(
    `cannot lock ${file}: ${shortMessage ?? 'flock failed'}`,
    'install util-linux (flock) and make the folder writable',
  )
}

/** Takes the lock, or returns undefined at once when it is busy. Shared locks exclude only exclusive ones. */
export const tryLock = async (file: string, mode: Mode = 'exclusive'): Promise<Lock | undefined> => {
  await mkdir(dirname(file), { recursive: true })
  const taken = await take(file, mode, ['--nonblock'])
  return taken && release(taken.holder)
}

// A wait in pieces: flock does not notice that the harness has died.
const WAIT_S = 5

/** Waits for the lock, calling `onWait` when it is busy. The kernel releases it when its holder dies, even by SIGKILL. */
export const acquireLock = async (
  file: string,
  options: { mode?: Mode; signal?: AbortSignal | undefined; onWait?: () => void } = {},
): Promise<Lock> => {
  const mode = options.mode ?? 'exclusive'
  const now = await tryLock(file, mode)
  if (now) return now
  options.onWait?.()
  for (;;) {
    const later = await take(file, mode, ['--wait', `${WAIT_S}`], options.signal)
    if (later) return release(later.holder)
  }
}

const kept = new Set<string>()

/** Holds a shared lock until this process ends, for what it uses from now on. */
export const keepLock = async (file: string, signal: AbortSignal): Promise<void> => {
  if (kept.has(file)) return
  kept.add(file)
  await mkdir(dirname(file), { recursive: true })
  for (;;) {
    const taken = await take(file, 'shared', ['--wait', `${WAIT_S}`], signal)
    if (!taken) continue
    const { holder } = taken
    // It must not keep this process running.
    holder.unref()
    for (const stream of [holder.stdin, holder.stdout, holder.stderr]) (stream as unknown as Socket).unref()
    return
  }
}
